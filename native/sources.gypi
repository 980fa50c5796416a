{
  "variables": {
    "native_sources": [
      "native/bound/activation.cpp",
      "native/bound/backward.cpp",
      "native/bound/deep.cpp",
      "native/bound/head.cpp",
      "native/bound/hidden.cpp",
      "native/bound/point.cpp",
      "native/bound/relaxation.cpp",
      "native/bound/shallow.cpp",
      "native/interval/elementary.cpp",
      "native/interval/logit.cpp",
      "native/interval/simd/backend.cpp",
      "native/interval/simd/backend_avx2.cpp",
      "native/interval/simd/backend_avx512.cpp",
      "native/interval/simd/backend_neon.cpp",
      "native/interval/simd/backend_scalar.cpp",
      "native/interval/simd/dense.cpp",
      "native/interval/softmax.cpp",
      "native/network/parameter_box.cpp",
      "native/search/ascent.cpp",
      "native/search/attack.cpp",
      "native/search/branch_and_bound.cpp",
      "native/search/change.cpp",
      "native/search/contract.cpp",
      "native/search/corner.cpp",
      "native/search/deep_epsilon.cpp",
      "native/search/depth.cpp",
      "native/search/epsilon.cpp",
      "native/search/inverse.cpp",
      "native/search/local.cpp",
      "native/search/sigma.cpp",
      "native/search/softmax.cpp"
    ],
    "native_napi": [
      "native/napi/addon.cpp",
      "native/napi/interval.cpp",
      "native/napi/search.cpp"
    ],
    "native_tests": [
      "test/native/bound/activation.cpp",
      "test/native/bound/backward.cpp",
      "test/native/bound/point.cpp",
      "test/native/bound/relaxation.cpp",
      "test/native/bound/trace.cpp",
      "test/native/build_flags.cpp",
      "test/native/interval/rounding.cpp",
      "test/native/search/branch_and_bound.cpp",
      "test/native/search/contract.cpp",
      "test/native/search/objective.cpp",
      "test/native/search/search.cpp"
    ],
    "native_tests_mpfr": [
      "test/native/bound/head.cpp",
      "test/native/interval/arithmetic.cpp",
      "test/native/interval/dense.cpp",
      "test/native/interval/elementary.cpp",
      "test/native/interval/softmax.cpp",
      "test/native/network/parameter_box.cpp",
      "test/native/network/scaling.cpp",
      "test/native/search/inverse.cpp"
    ],
    "native_includes": [
      "native"
    ],
    "native_defines": [
      "NAPI_VERSION=8",
      "NAPI_CPP_EXCEPTIONS",
      "NODE_ADDON_API_DISABLE_DEPRECATED",
      "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
      "NODE_ADDON_API_CPP_EXCEPTIONS_ALL",
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
