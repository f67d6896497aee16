# Where ccache is installed, what was compiled before is taken from its cache; CCACHE_DISABLE=1 in the environment is the
# way to do without. Precompiled headers want the two settings below, by ccache's manual ("Precompiled headers").
find_program(WINDHOVER_CCACHE ccache NO_CACHE)
if(WINDHOVER_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${WINDHOVER_CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  else()
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()
