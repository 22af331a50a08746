# tests/fuzz/fuzz_<name>.c: one libFuzzer target each, with its seeds in tests/fuzz/seeds/<name>/. As a
# test of ctest it replays the seeds; ./test and `make fuzz` let it search. They are built of the layers that the unit
# tests link, which count for both what runs through them.

if(NOT GUICHET_FUZZ)
    return()
endif()
if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "fuzz targets need clang")
endif()

# Where the readers are, optimising is worth its time: the faster they read, the more is tried.
set(reading base wire http rails notify document einvoice)
list(TRANSFORM reading PREPEND guichet_)
get_property(layers GLOBAL PROPERTY guichet_layers)
foreach(layer IN LISTS layers)
    if(TARGET ${layer})
        target_compile_options(${layer} PRIVATE -fsanitize=fuzzer-no-link
                               $<$<IN_LIST:${layer},${reading}>:-O1>)
    endif()
endforeach()

file(GLOB targets CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_*.c")
foreach(source IN LISTS targets)
    get_filename_component(target "${source}" NAME_WE)
    string(REGEX REPLACE "^fuzz_" "" name "${target}")
    set(seeds "${PROJECT_SOURCE_DIR}/tests/fuzz/seeds/${name}")
    if(NOT IS_DIRECTORY "${seeds}")
        message(FATAL_ERROR "${source}: no seeds in ${seeds}")
    endif()
    add_executable(${target} "${source}")
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    guichet_link(${target} ${layers})
    guichet_wait_for_generated(${target} store pages)
    add_test(NAME fuzz.${name}.seeds COMMAND ${target} -runs=0 "${seeds}")
endforeach()
