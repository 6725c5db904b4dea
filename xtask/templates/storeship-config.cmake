# find_package(storeship) defines the targets storeship::storeship, the shared library, and storeship::static. The folder may
# be moved as a whole.
get_filename_component(_storeship_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

if(NOT TARGET storeship::storeship)
  add_library(storeship::storeship SHARED IMPORTED)
  set_target_properties(storeship::storeship PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_storeship_prefix}/include"
    IMPORTED_LOCATION "${_storeship_prefix}/@shared@"@import@)
endif()

if(NOT TARGET storeship::static AND EXISTS "${_storeship_prefix}/lib/@static@")
  add_library(storeship::static STATIC IMPORTED)
  set_target_properties(storeship::static PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${_storeship_prefix}/include"
    IMPORTED_LOCATION "${_storeship_prefix}/lib/@static@"
    INTERFACE_LINK_LIBRARIES "@libraries@")
endif()

unset(_storeship_prefix)
