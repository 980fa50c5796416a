# Builds the addon with node-gyp, for machines without CMake; see CMakeLists.txt for the other build.
# Sources, defines and flags come from native/sources.gypi alone.
{
  "includes": ["native/sources.gypi"],
  "targets": [
    {
      "target_name": "parabound",
      "sources": ["<@(native_sources)", "<@(native_napi)"],
      # The plus puts these before the headers of Node itself: Node-API's are npm's in both builds.
      "include_dirs+": [
        "<@(native_includes)",
        "<!(node -p \"require('node-api-headers').include_dir\")",
        "<!(node -p \"require('node-addon-api').include_dir\")"
      ],
      "defines": [
        "<@(native_defines)",
        "PARABOUND_VERSION=\"<!(node -p \"require('./package.json').version\")\""
      ],
      # Node's own defaults for C++ that would contradict the list.
      "cflags!": ["-fno-exceptions"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["<@(native_flags)"],
      "xcode_settings": {
        "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
        "GCC_ENABLE_CPP_RTTI": "YES",
        "CLANG_CXX_LANGUAGE_STANDARD": "c++17",
        "CLANG_CXX_LIBRARY": "libc++",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "MACOSX_DEPLOYMENT_TARGET": "11.0",
        "OTHER_CPLUSPLUSFLAGS": ["<@(native_flags)"]
      }
    }
  ]
}
