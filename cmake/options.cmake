# Language, warnings and hardening; the same for every target of the project.

set(GUICHET_SANITIZE "" CACHE STRING "sanitizers to build with: address,undefined or thread")
option(GUICHET_FUZZ "build the fuzz targets as well (needs clang and a sanitizer)" OFF)
set(GUICHET_TESTS AUTO CACHE STRING "build the unit tests: ON, OFF, or AUTO (when cmocka is there)")
set(GUICHET_PYTHON /usr/bin/python3 CACHE FILEPATH "runs the generators of tools/")

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

add_compile_options(-fPIE)
add_link_options(-pie)

set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_DEBUG "-O0 -g")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

set(both
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wswitch-enum -Wformat=2 -Wvla
    -Wundef -Wcast-qual -Wwrite-strings -Wfloat-conversion -Werror)
add_compile_options(${both} $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
                    $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>)
add_compile_definitions(_GNU_SOURCE)

if(GUICHET_SANITIZE)
    add_compile_options(-fsanitize=${GUICHET_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${GUICHET_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    add_compile_options(-fstack-protector-strong)
    add_compile_definitions(_FORTIFY_SOURCE=3)
    add_link_options(-Wl,-z,relro,-z,now)
endif()

include_directories("${PROJECT_SOURCE_DIR}/src" "${PROJECT_BINARY_DIR}/generated")
