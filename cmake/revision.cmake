# Writes OUTPUT, a header that says from which sources the program is built: the commit where SOURCE is a repository of git, and in
# any case a hash of the sources themselves. Run in every build; the file changes only if what it says does.
#   cmake -DSOURCE=. -DOUTPUT=revision.hpp -P cmake/revision.cmake
set(places windhover apps cmake CMakeLists.txt)

set(commit "")
set(modified false)
find_package(Git QUIET)
if(GIT_FOUND)
  # The sources may lie, as a tarball, in somebody else's repository.
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --show-toplevel WORKING_DIRECTORY ${SOURCE}
                  OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  file(REAL_PATH "${SOURCE}" source)
  if(top STREQUAL source)
    execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=7 HEAD WORKING_DIRECTORY ${SOURCE}
                    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND ${GIT_EXECUTABLE} status --porcelain -- ${places} WORKING_DIRECTORY ${SOURCE}
                    OUTPUT_VARIABLE changes ERROR_QUIET)
    if(changes)
      set(modified true)
    endif()
  endif()
endif()

# What can enter the program; tests cannot.
file(GLOB_RECURSE files RELATIVE ${SOURCE} ${SOURCE}/windhover/* ${SOURCE}/apps/* ${SOURCE}/cmake/*)
list(APPEND files CMakeLists.txt)
list(FILTER files EXCLUDE REGEX "_test\\.cpp$|/testing/|/approved/")
list(SORT files)
set(sums "")
foreach(file ${files})
  file(SHA256 ${SOURCE}/${file} sum)
  string(APPEND sums "${sum}  ${file}\n")
endforeach()
string(SHA256 sources "${sums}")
string(SUBSTRING ${sources} 0 12 sources)

file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT [[#pragma once

/// From which sources the program is built; written by cmake/revision.cmake.
namespace windhover::app::revision {

inline constexpr const char* commit = "@commit@";  ///< empty outside of a repository
inline constexpr bool modified = @modified@;       ///< the sources are not those of the commit
inline constexpr const char* sources = "@sources@";

}  // namespace windhover::app::revision
]])
