# Language level, warnings, sanitizers and linker, the same for every target.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

option(CHAT_TESTS "Build the tests" ON)
option(CHAT_BENCH "Build the benchmarks" OFF)
set(CHAT_SANITIZE "" CACHE STRING "Argument of -fsanitize=, empty for none")

if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "chatserver is built with clang 19 or newer; found ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wthread-safety -Wshadow -fno-omit-frame-pointer)
add_link_options(-fuse-ld=lld)
if(CHAT_SANITIZE)
  add_compile_options(-fsanitize=${CHAT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CHAT_SANITIZE})
endif()
