# Sources made by our own generators; nothing of it is committed. The generators write a file only when
# its content changes, so that editing one statement does not rebuild everything.

set(generated "${PROJECT_BINARY_DIR}/generated")
file(GLOB generators CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tools/*.py")

# The named statements of src/**/*.sql: store/sql.h and store/sql.c.
set(sqlgen "${PROJECT_SOURCE_DIR}/tools/sqlgen.py")
set(sqlparts "${PROJECT_SOURCE_DIR}/tools/sqlgather.py" "${PROJECT_SOURCE_DIR}/tools/sqltext.py")
if(sqlgen IN_LIST generators)
    file(GLOB_RECURSE inputs CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/*.sql")
    set(made "${generated}/store/sql.h" "${generated}/store/sql.c")
    add_custom_command(
        OUTPUT ${made}
        COMMAND "${GUICHET_PYTHON}" "${sqlgen}" --root "${PROJECT_SOURCE_DIR}/src" --out
                "${generated}"
        DEPENDS "${sqlgen}" ${sqlparts} ${inputs}
        COMMENT "SQL statements"
        VERBATIM)
    set(GUICHET_GENERATED_store "${generated}/store/sql.c")
    add_custom_target(guichet_generated_store DEPENDS ${made})
endif()

# The templates of src/pages: one function per page, and the style sheet and script as bytes.
set(tmplgen "${PROJECT_SOURCE_DIR}/tools/tmplgen.py")
if(tmplgen IN_LIST generators)
    set(templates "${PROJECT_SOURCE_DIR}/src/pages/templates")
    file(GLOB_RECURSE inputs CONFIGURE_DEPENDS "${templates}/*"
         "${PROJECT_SOURCE_DIR}/tools/tmpl/*.py")
    set(made)
    foreach(name IN ITEMS templates.h templates.c assets.h assets.c)
        list(APPEND made "${generated}/pages/${name}")
    endforeach()
    add_custom_command(
        OUTPUT ${made}
        COMMAND "${GUICHET_PYTHON}" "${tmplgen}" --templates "${templates}" --out
                "${generated}/pages"
        DEPENDS "${tmplgen}" ${inputs}
        COMMENT "page templates"
        VERBATIM)
    set(GUICHET_GENERATED_pages "${generated}/pages/templates.c" "${generated}/pages/assets.c")
    add_custom_target(guichet_generated_pages DEPENDS ${made})
endif()

# The names of countries, from Debian's iso-codes: base/country_table.h.
set(countrygen "${PROJECT_SOURCE_DIR}/tools/countrygen.py")
set(made "${generated}/base/country_table.h")
add_custom_command(
    OUTPUT ${made}
    COMMAND "${GUICHET_PYTHON}" "${countrygen}" --out "${generated}"
    DEPENDS "${countrygen}"
    COMMENT "names of countries"
    VERBATIM)
add_custom_target(guichet_generated_base DEPENDS ${made})
