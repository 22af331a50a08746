# Each layer is a static library that records what it may use but pulls in nothing by itself: programs
# and tests name the libraries they link, so a call into a layer that is not allowed stays unresolved.

# Headers that a layer or one of those it uses generates are made before anything that may include them.
function(guichet_wait_for_generated target)
    foreach(layer IN LISTS ARGN)
        if(TARGET guichet_generated_${layer})
            add_dependencies(${target} guichet_generated_${layer})
        endif()
    endforeach()
endfunction()

# guichet_layer(NAME [USES layer...] [LIBRARIES library...]): src/NAME/**. A layer without a source
# yet is declared all the same and links as nothing.
function(guichet_layer name)
    cmake_parse_arguments(arg "" "" "USES;LIBRARIES" ${ARGN})
    string(REPLACE "/" "_" target "guichet_${name}")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${name}/*.c"
         "${PROJECT_SOURCE_DIR}/src/${name}/*.cpp")
    list(APPEND sources ${GUICHET_GENERATED_${name}})
    if(sources)
        add_library(${target} STATIC ${sources})
        guichet_wait_for_generated(${target} ${name} ${arg_USES})
        foreach(library IN LISTS arg_LIBRARIES)
            target_link_libraries(${target} PUBLIC guichet::${library})
        endforeach()
    endif()
    set_property(GLOBAL PROPERTY ${target}_USES ${arg_USES})
    set_property(GLOBAL APPEND PROPERTY guichet_layers ${target})
endfunction()

# One library per face, api/<face>.
function(guichet_faces)
    file(GLOB faces CONFIGURE_DEPENDS LIST_DIRECTORIES true "${PROJECT_SOURCE_DIR}/src/api/*")
    foreach(face IN LISTS faces)
        if(IS_DIRECTORY "${face}")
            get_filename_component(name "${face}" NAME)
            guichet_layer(api/${name} ${ARGN})
        endif()
    endforeach()
endfunction()

# Links the given layers to a target. The order of archives does not matter inside the group.
function(guichet_link target)
    set(archives)
    foreach(layer IN LISTS ARGN)
        if(TARGET ${layer})
            list(APPEND archives ${layer})
        endif()
    endforeach()
    if(archives)
        target_link_libraries(${target} PRIVATE -Wl,--start-group ${archives} -Wl,--end-group)
    endif()
endfunction()

# The document layer as a module beside the program, which loads it when it draws (src/cli/documents.c).
# What it uses of other layers is the program's own.
function(guichet_documents)
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/document/*.c")
    add_library(guichet_documents MODULE ${sources})
    get_target_property(link_options guichet_documents LINK_OPTIONS)
    list(REMOVE_ITEM link_options -pie)
    set_target_properties(guichet_documents PROPERTIES PREFIX "" OUTPUT_NAME guichet-documents
                          LINK_OPTIONS "${link_options}")
    target_compile_options(guichet_documents PRIVATE -fPIC)
    target_link_libraries(guichet_documents PRIVATE guichet::cairo guichet::pango guichet::qpdf
                          guichet::qrencode)
endfunction()

# The executable: src/main.c with every layer but that of documents.
function(guichet_program)
    if(NOT EXISTS "${PROJECT_SOURCE_DIR}/src/main.c")
        message(STATUS "no src/main.c yet: libraries and tests only")
        return()
    endif()
    get_property(layers GLOBAL PROPERTY guichet_layers)
    list(REMOVE_ITEM layers guichet_document)
    guichet_documents()
    add_executable(guichet src/main.c)
    set_target_properties(guichet PROPERTIES ENABLE_EXPORTS ON)
    add_dependencies(guichet guichet_documents)
    # The module finds in the program whatever it calls, also what nothing else of the program does.
    string(CONCAT whole "SHELL:-Wl,--whole-archive $<TARGET_FILE:guichet_base>"
           " $<TARGET_FILE:guichet_wire> $<TARGET_FILE:guichet_core> -Wl,--no-whole-archive")
    target_link_options(guichet PRIVATE "${whole}")
    guichet_wait_for_generated(guichet store pages)
    guichet_link(guichet ${layers})
endfunction()
