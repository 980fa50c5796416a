{
  "variables": {
    "native_sources": [
      "native/interval/elementary.cpp",
      "native/interval/logit.cpp",
      "native/interval/softmax.cpp",
      "native/interval/simd/backend.cpp",
      "native/interval/simd/backend_avx2.cpp",
      "native/interval/simd/backend_avx512.cpp",
      "native/interval/simd/backend_neon.cpp",
      "native/interval/simd/backend_scalar.cpp",
      "native/interval/simd/dense.cpp"
    ],
    "native_napi": [
      "native/napi/addon.cpp",
      "native/napi/interval.cpp",
      "native/napi/search.cpp"
    ],
    "native_tests": [
      "test/native/build_flags.cpp"
    ],
    "native_tests_mpfr": [
      "test/native/interval/elementary.cpp"
    ],
    "native_includes": [
      "native"
    ],
    "native_defines": [
      "NAPI_VERSION=8",
      "NAPI_CPP_EXCEPTIONS",
      "NODE_ADDON_API_DISABLE_DEPRECATED",
      "NDEBUG"
    ],
    "native_flags": [
      "-std=c++17",
      "-O3",
      "-fno-fast-math",
      "-fno-unsafe-math-optimizations",
      "-frounding-math",
      "-ffp-contract=off",
      "-fexceptions",
      "-fvisibility=hidden",
      "-Wall",
      "-Wextra"
    ]
  }
}
