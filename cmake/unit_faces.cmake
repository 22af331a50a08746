# A unit test of a face links the core, whose own calls into the store have to end somewhere. The face
# itself still may not call the store: tools/check_layers.py sees to that.

file(GLOB tests CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/unit/api_*/test_*.c")
foreach(source IN LISTS tests)
    get_filename_component(directory "${source}" DIRECTORY)
    get_filename_component(layer "${directory}" NAME)
    get_filename_component(name "${source}" NAME_WE)
    string(REGEX REPLACE "^test_" "" file "${name}")
    if(TARGET unit_${layer}_${file})
        guichet_wait_for_generated(unit_${layer}_${file} store)
        guichet_link(unit_${layer}_${file} guichet_store guichet_base)
    endif()
endforeach()
