# Flags that every target of the project shares, and one function for each kind of target.

add_library(windhover_flags INTERFACE)
target_compile_features(windhover_flags INTERFACE cxx_std_20)
target_include_directories(windhover_flags INTERFACE ${PROJECT_SOURCE_DIR})
# Same bits on every compiler and processor: a fused multiply-add happens only where the source names one.
target_compile_options(windhover_flags INTERFACE -ffp-contract=off -Wall -Wextra -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # gcc 12 sees overruns that are not there in inlined std::string and std::variant code (GCC bugs 105329, 105651, 105562).
  target_compile_options(windhover_flags INTERFACE -Wno-array-bounds -Wno-maybe-uninitialized -Wno-restrict
                                                   -Wno-stringop-overread -Wno-stringop-overflow)
endif()
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

# Headers that most sources read and that take a compiler longest. Builds without them (the clang one) find missing includes.
function(windhover_precompile target)
  if(WINDHOVER_PRECOMPILED_HEADERS)
    target_precompile_headers(${target} PRIVATE <filesystem> <memory> <span> <string> <vector> <fmt/format.h>
                                                <fmt/ranges.h> <nlohmann/json.hpp> <tl/expected.hpp> ${ARGN})
  endif()
endfunction()

# windhover_library(core SOURCES a.cpp b.cpp TESTS a_test.cpp DEPENDS windhover_x)
# makes the library windhover_core and the test program windhover_core_test. With HOT the compiler optimises for speed even
# where that takes longer: for what runs in every step of a training.
function(windhover_library name)
  cmake_parse_arguments(ARG "HOT" "" "SOURCES;TESTS;DEPENDS" ${ARGN})
  set(target windhover_${name})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_link_libraries(${target} PUBLIC windhover_flags ${ARG_DEPENDS})
  if(ARG_HOT)
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O3>)
  else()
    windhover_precompile(${target})
  endif()
  if(WINDHOVER_TESTS AND ARG_TESTS)
    windhover_test(${target}_test SOURCES ${ARG_TESTS} DEPENDS ${target})
  endif()
endfunction()

# windhover_test(name SOURCES a_test.cpp DEPENDS windhover_x LABELS threads): a GoogleTest program whose tests ctest lists
# one by one. What has the label `threads` is what the target `threads_tests` builds and the thread sanitizer runs.
function(windhover_test target)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${target} ${ARG_SOURCES})
  target_link_libraries(${target} PRIVATE ${ARG_DEPENDS} GTest::gtest_main GTest::gmock)
  target_compile_definitions(${target} PRIVATE WINDHOVER_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  windhover_precompile(${target} <gmock/gmock.h> <gtest/gtest.h>)
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(threads_tests ${target})
  endif()
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 120 PROPERTIES TIMEOUT 600 LABELS "${ARG_LABELS}")
endfunction()
