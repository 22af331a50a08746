# tests/unit/<layer>/test_<file>.c is one program that links its layer and what that layer may use;
# each line CASE(name) in it is one test of ctest, <layer>.<file>.<name>.

enable_testing()
if(GUICHET_TESTS STREQUAL "OFF")
    return()
endif()
if(GUICHET_TESTS STREQUAL "AUTO")
    pkg_check_modules(cmocka QUIET IMPORTED_TARGET cmocka)
else()
    pkg_check_modules(cmocka REQUIRED QUIET IMPORTED_TARGET cmocka)
endif()
if(NOT cmocka_FOUND)
    message(STATUS "cmocka is not installed: no unit tests")
    return()
endif()

function(guichet_unit_test source layer)
    get_filename_component(name "${source}" NAME_WE)
    string(REGEX REPLACE "^test_" "" file "${name}")
    string(REPLACE "/" "_" target "unit_${layer}_${file}")
    string(REPLACE "/" "_" library "guichet_${layer}")
    string(REPLACE "/" "." prefix "${layer}")
    add_executable(${target} "${source}")
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    # So that libraries which are loaded later meet what stands in for the system (tests/support/slow_names.h).
    set_target_properties(${target} PROPERTIES ENABLE_EXPORTS ON)
    target_compile_definitions(${target} PRIVATE
                               GUICHET_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                               GUICHET_WORLDS_DIR="${PROJECT_BINARY_DIR}/worlds")
    get_property(uses GLOBAL PROPERTY ${library}_USES)
    guichet_wait_for_generated(${target} ${layer} ${uses})
    # base is always there: the tests' own support uses it.
    list(APPEND uses base)
    list(REMOVE_DUPLICATES uses)
    list(TRANSFORM uses PREPEND guichet_)
    guichet_link(${target} ${library} ${uses})
    target_link_libraries(${target} PRIVATE PkgConfig::cmocka)

    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
    file(STRINGS "${source}" lines REGEX "^CASE\\(")
    if(NOT lines)
        message(FATAL_ERROR "${source}: no line begins with CASE(")
    endif()
    foreach(line IN LISTS lines)
        string(REGEX REPLACE "^CASE\\(([A-Za-z0-9_]+)\\).*" "\\1" case "${line}")
        add_test(NAME ${prefix}.${file}.${case} COMMAND ${target} ${case})
        set_tests_properties(${prefix}.${file}.${case} PROPERTIES
                             TIMEOUT 180 SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\]")
    endforeach()
endfunction()

file(GLOB_RECURSE tests CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/test_*.c")
foreach(source IN LISTS tests)
    file(RELATIVE_PATH path "${PROJECT_SOURCE_DIR}/tests/unit" "${source}")
    if(path MATCHES "^(api/[^/]+|[^/]+)/")
        guichet_unit_test("${source}" "${CMAKE_MATCH_1}")
    endif()
endforeach()

# Writes every page in every state, for the accessibility tests of tests/browser and for looking at.
set(render "${PROJECT_SOURCE_DIR}/tests/browser/render.c")
if(EXISTS "${render}" AND TARGET guichet_pages)
    get_property(uses GLOBAL PROPERTY guichet_pages_USES)
    add_executable(render_pages "${render}")
    guichet_wait_for_generated(render_pages pages ${uses})
    list(TRANSFORM uses PREPEND guichet_)
    guichet_link(render_pages guichet_pages ${uses})
endif()

# Programs of tests/invoices that Python tests call: render.c writes invoices of every kind as files, sums.c works
# out what they come to.
function(guichet_invoice_tool name source layer)
    get_property(uses GLOBAL PROPERTY guichet_${layer}_USES)
    add_executable(${name} "${PROJECT_SOURCE_DIR}/tests/invoices/${source}")
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    guichet_wait_for_generated(${name} ${layer} ${uses})
    list(TRANSFORM uses PREPEND guichet_)
    guichet_link(${name} guichet_${layer} ${uses})
endfunction()
guichet_invoice_tool(render_invoices render.c document)
guichet_invoice_tool(sum_invoices sums.c core)
guichet_invoice_tool(convert_invoices convert.c document)
guichet_link(convert_invoices guichet_einvoice guichet_document guichet_core guichet_wire guichet_base)
