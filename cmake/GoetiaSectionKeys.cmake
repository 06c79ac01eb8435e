# goetia_section_keys(TARGET): the table in src/config/section_keys.cpp, from contract/experiment.schema.json.
#
# A section that names a component (model, dataset, optimizer, scheduler) holds that component's parameters, and keys of its
# own, which the contract marks with "$comment": "of the section".

function(goetia_section_keys target)
  set(contract "${CMAKE_SOURCE_DIR}/contract/experiment.schema.json")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${contract}")
  file(READ "${contract}" schema)
  string(JSON sections GET "${schema}" properties)
  set(rows "")
  foreach(section model dataset optimizer scheduler)
    string(JSON properties GET "${sections}" ${section} properties)
    string(JSON count LENGTH "${properties}")
    math(EXPR last "${count} - 1")
    set(own "")
    foreach(i RANGE ${last})
      string(JSON key MEMBER "${properties}" ${i})
      string(JSON comment ERROR_VARIABLE missing GET "${properties}" ${key} "$comment")
      if(comment STREQUAL "of the section")
        string(APPEND own "\"${key}\", ")
      endif()
    endforeach()
    string(APPEND rows "{\"${section}\", {${own}}},\n")
  endforeach()
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/generated/section_keys.inc" CONTENT
    "// Generated from contract/experiment.schema.json.\n${rows}" @ONLY)
  target_include_directories(${target} PRIVATE "${CMAKE_BINARY_DIR}/generated")
endfunction()
