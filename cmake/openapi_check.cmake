# cmake -D PROGRAM=... -D TITLE=... -D DOCUMENT=... -P openapi_check.cmake: see openapi.cmake.

execute_process(COMMAND "${PROGRAM}" openapi "${TITLE}" OUTPUT_VARIABLE printed
                RESULT_VARIABLE code)
if(NOT code EQUAL 0)
    message(FATAL_ERROR "guichet openapi ${TITLE} ended with ${code}")
endif()
if(NOT EXISTS "${DOCUMENT}")
    message(FATAL_ERROR "${DOCUMENT} is missing: build the target openapi")
endif()
file(READ "${DOCUMENT}" committed)
if(NOT printed STREQUAL committed)
    message(FATAL_ERROR "${DOCUMENT} is not what the program prints: build the target openapi")
endif()
