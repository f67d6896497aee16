# Flags that every target of the project shares, and one function for each kind of target.

add_library(windhover_flags INTERFACE)
target_compile_features(windhover_flags INTERFACE cxx_std_20)
target_include_directories(windhover_flags INTERFACE ${PROJECT_SOURCE_DIR})
# Same bits on every compiler and processor: a fused multiply-add happens only where the source names one.
target_compile_options(windhover_flags INTERFACE -ffp-contract=off -Wall -Wextra -Wconversion)
# In a group of sources this would see the names of neighbours; the presets dev and tidy compile one by one.
target_compile_options(windhover_flags INTERFACE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc 12 sees overruns that are not there in inlined std::string and std::variant code (GCC bugs 105329, 105651, 105562).
  target_compile_options(windhover_flags INTERFACE -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict
                                                   -Wno-stringop-overread -Wno-stringop-overflow)
endif()
# What is written beyond a buffer or over a return address ends the program; tables of functions are read-only once it runs.
target_compile_options(windhover_flags INTERFACE -fstack-protector-strong)
target_link_options(windhover_flags INTERFACE -Wl,-z,relro,-z,now)
if(WINDHOVER_WARNINGS_AS_ERRORS)
  target_compile_options(windhover_flags INTERFACE -Werror)
endif()
if(WINDHOVER_DEBUG_CHECKS)
  target_compile_definitions(windhover_flags INTERFACE WINDHOVER_DEBUG_CHECKS=1)
endif()
if(WINDHOVER_SANITIZE)
  target_compile_options(windhover_flags INTERFACE -fsanitize=${WINDHOVER_SANITIZE} -fno-omit-frame-pointer
                                                   -fno-sanitize-recover=all)
  target_link_options(windhover_flags INTERFACE -fsanitize=${WINDHOVER_SANITIZE})
endif()

# How hard the compiler tries. HOT is what runs in every step of a training, and NUMBERS what loops over samples (the
# statistics). Everything else runs once a file, a run or a page: there the compiler's time counts for more, and in the tests
# nothing else does.
set(WINDHOVER_OPTIMISE_HOT -O3 CACHE STRING "For what runs in every step of a training")
set(WINDHOVER_OPTIMISE_NUMBERS -O2 CACHE STRING "For the statistics")
set(WINDHOVER_OPTIMISE_REST -O1 CACHE STRING "For the rest of the product")
set(WINDHOVER_OPTIMISE_TESTS -O0 CACHE STRING "For the sources of the tests")
set(WINDHOVER_OPTIMISE_HOT_TESTS -O1 CACHE STRING "For the tests of what runs in every step, whose templates are compiled in them")

# Headers that most sources read and that take a compiler longest, compiled once for each level of optimisation of the libraries
# (in windhover_core and windhover_env) and of the tests (in windhover_core_test and windhover_env_test). Builds without them (the
# one by clang-tidy) find missing includes.
set(WINDHOVER_COMMON_HEADERS <filesystem> <memory> <span> <string> <vector> <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp>
                             <tl/expected.hpp>)
function(windhover_precompile target owner)
  if(NOT WINDHOVER_PRECOMPILED_HEADERS)
    return()
  endif()
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${WINDHOVER_COMMON_HEADERS} ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# Compiles sources in groups, each as one: a whole build takes half the time. Not for kernels, whose sources include themselves
# once for each instruction set, nor for other code that runs in every step, whose speed is not to hang on its neighbours.
function(windhover_compile_in_groups target)
  if(WINDHOVER_GROUPED_SOURCES)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
endfunction()

function(windhover_optimise target level)
  target_compile_options(${target} PRIVATE ${WINDHOVER_OPTIMISE_${level}})
  if(NOT WINDHOVER_OPTIMISE_${level} STREQUAL "-O0")  # the fortified functions of the C library need an optimiser
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>)
  endif()
endfunction()

# windhover_library(core SOURCES a.cpp b.cpp TESTS a_test.cpp DEPENDS windhover_x)
# makes the library windhover_core and the test program windhover_core_test. HOT and NUMBERS: see WINDHOVER_OPTIMISE above.
function(windhover_library name)
  cmake_parse_arguments(ARG "HOT;NUMBERS" "" "SOURCES;TESTS;DEPENDS" ${ARGN})
  set(target windhover_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_link_libraries(${target} PUBLIC windhover_flags ${ARG_DEPENDS})
  if(ARG_HOT)
    windhover_optimise(${target} HOT)
    if(NOT name STREQUAL "kernels")
      windhover_precompile(${target} windhover_env)
    endif()
  elseif(ARG_NUMBERS)
    windhover_optimise(${target} NUMBERS)
    windhover_compile_in_groups(${target})
  else()
    windhover_optimise(${target} REST)
    windhover_precompile(${target} windhover_core)
    windhover_compile_in_groups(${target})
  endif()
  if(WINDHOVER_TESTS AND ARG_TESTS)
    set(hot)
    if(ARG_HOT)
      set(hot HOT)
    endif()
    windhover_test(${target}_test ${hot} SOURCES ${ARG_TESTS} DEPENDS ${target})
  endif()
endfunction()

# How every program of tests is compiled, for those that windhover_test does not make: windhover_compile_as_test(target TESTS),
# or HOT_TESTS: see WINDHOVER_OPTIMISE above.
function(windhover_compile_as_test target level)
  set(TESTS_owner windhover_core_test)
  set(HOT_TESTS_owner windhover_env_test)
  windhover_optimise(${target} ${level})
  windhover_precompile(${target} ${${level}_owner} <gmock/gmock.h> <gtest/gtest.h>)
  windhover_compile_in_groups(${target})
endfunction()

# windhover_test(name SOURCES a_test.cpp DEPENDS windhover_x LABELS threads): a GoogleTest program whose tests ctest lists
# one by one. What has the label `threads` is what the target `threads_tests` builds and the thread sanitizer runs. HOT: the
# tests of what runs in every step.
function(windhover_test target)
  cmake_parse_arguments(ARG "HOT" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE ${ARG_DEPENDS} GTest::gtest_main GTest::gmock)
  target_compile_definitions(${target} PRIVATE WINDHOVER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  set(level TESTS)
  if(ARG_HOT)
    set(level HOT_TESTS)
  endif()
  windhover_compile_as_test(${target} ${level})
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(threads_tests ${target})
  endif()
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}")
endfunction()
