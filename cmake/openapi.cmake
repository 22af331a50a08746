# docs/openapi/<title>.json is what `guichet openapi <title>` prints, byte for byte. After a change of a
# face's tables: cmake --build --preset release --target openapi, and commit the difference.

if(NOT TARGET guichet)
    return()
endif()

set(documents "${PROJECT_SOURCE_DIR}/docs/openapi")
set(titles stancer-v1 stancer-v2 safedebit simplypaie seqino)

add_custom_target(openapi)
foreach(title IN LISTS titles)
    add_test(NAME openapi.${title}
             COMMAND "${CMAKE_COMMAND}" -D "PROGRAM=$<TARGET_FILE:guichet>" -D "TITLE=${title}"
                     -D "DOCUMENT=${documents}/${title}.json" -P
                     "${PROJECT_SOURCE_DIR}/cmake/openapi_check.cmake")
    set_tests_properties(openapi.${title} PROPERTIES TIMEOUT 60)
    add_custom_command(TARGET openapi POST_BUILD
                       COMMAND guichet openapi ${title} > "${documents}/${title}.json"
                       VERBATIM)
endforeach()
add_dependencies(openapi guichet)
