# chat_embed(TARGET FUNCTION FILE NAMESPACE namespace): compiles a text file into the target as
# `std::string_view <namespace>::FUNCTION() noexcept`.
function(chat_embed target function file)
  cmake_parse_arguments(arg "" "NAMESPACE" "" ${ARGN})
  set(CHAT_EMBED_NAMESPACE ${arg_NAMESPACE})
  set(path "${CMAKE_CURRENT_SOURCE_DIR}/src/${file}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  file(READ "${path}" CHAT_EMBED_TEXT)
  set(CHAT_EMBED_FUNCTION ${function})
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/embedded/${function}.cpp")
  configure_file(cmake/embed.cpp.in "${generated}" @ONLY)
  target_sources(${target} PRIVATE "${generated}")
endfunction()
