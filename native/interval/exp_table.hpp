// Written by exp_table.gen.mjs; do not edit. Proofs that use these: elementary.cpp.
#pragma once

namespace parabound::constants {

// ln(2)/64 = kStep1 + kStep2 + kStep3 to within 2^-130: multiples of 2^-42 and 2^-77, and the nearest double to the rest.
constexpr double kStep1 = 0xb17217f7dp-42;
constexpr double kStep2 = 0xe7bcd5e5p-77;
constexpr double kStep3 = -0x1c4c67fc0d0951p-134;
// 64/ln(2), nearest.
constexpr double kInverseStep = 0xb8aa3b295c17fp-45;

// sigmoid'' has its extrema -+sqrt(3)/18 at +-x with e^x = 2 + sqrt(3): x lies between these two.
constexpr double kBendBelow = 0x544909c66010dp-50;
constexpr double kBendAbove = 0x15124271980435p-52;
// sqrt(3)/18, rounded up.
constexpr double kSecondMax = 0xc511a2e602213p-55;

// 2^(j/64) = high + low to within 2^-80: high a multiple of 2^-25 (26 bits), low the nearest double to the rest.
struct Power {
  double high, low;
};
constexpr Power kPowers[64] = {
    {0x1p0, 0.0},
    {0x40b269p-22, -0x1887f9f1190835p-80},
    {0x1059b0dp-24, 0xc5615d0eb9f15p-78},
    {0x210e8a3p-25, 0x1d66f20230d7c9p-82},
    {0x10b5587p-24, -0x1833b784eb3a37p-79},
    {0x10e3ec3p-24, 0x169e8d10103a17p-79},
    {0x111301dp-24, 0x125b50a4ebbf1bp-84},
    {0x11429abp-24, -0x156d2204cbefe7p-80},
    {0x45cae1p-22, -0x7055d0a464107p-77},
    {0x2346b7dp-25, 0x36fcb753cb699p-76},
    {0x11d4873p-24, 0x2d17354f00b7p-73},
    {0x240c771p-25, 0x18a3358ee3bac1p-82},
    {0x12387a7p-24, -0xc54ee3cc9f029p-79},
    {0x24d68adp-25, -0x8760c8b6a1663p-78},
    {0x253d3bfp-25, -0x170108f69ed175p-79},
    {0x25a50b5p-25, -0x11bfcf4bff6e2bp-80},
    {0x260dfc1p-25, 0x118db8a96f46adp-79},
    {0x133c08bp-24, 0x1320b7fa64e431p-79},
    {0x26e34e7p-25, -0xc5563558ebabp-76},
    {0x274fb67p-25, -0x18d30048af21b7p-79},
    {0x13dea65p-24, -0x1f6e5eee525f6fp-79},
    {0xa0b051p-23, 0x7dcb8a7e10c97p-78},
    {0xa27043p-23, 0x18624b40c4dbdp-78},
    {0x290d457p-25, -0x8fb0cbfb0f971p-78},
    {0x297fb5bp-25, -0x164eaec715e343p-79},
    {0x29f364fp-25, -0x162d35952cc275p-80},
    {0x2a6856bp-25, -0x58ac1f883d5f1p-78},
    {0x2ade8e7p-25, -0x14ad82599135p-72},
    {0xad583fp-23, -0x15bd5eb539b67fp-79},
    {0x2bcede3p-25, -0x94b7ade45906dp-78},
    {0x16247ebp-24, 0x1d2ac258f87d03p-83},
    {0x2cc471p-21, 0x12a91124893ecfp-79},
    {0x2d413cdp-25, -0x180c4336f74d05p-80},
    {0x5b7ec9p-22, -0xe6b9744377c75p-78},
    {0x2e3eebdp-25, 0xec5f73dd2370fp-80},
    {0x2ebfd6bp-25, -0xdecc1ba048b2bp-79},
    {0x17a1147p-24, 0x1f580c36bea881p-79},
    {0x2fc5e67p-25, -0x4c2c677be8bf5p-78},
    {0x304b133p-25, 0x14cce128acf88bp-80},
    {0x30d1b33p-25, 0x1a2497640720edp-79},
    {0x62b395p-22, 0x115506dadd3e2bp-79},
    {0x31e35d3p-25, 0x455dcd8ae609dp-78},
    {0x193737bp-24, 0x3371793d14071p-78},
    {0xcbec15p-23, -0x21b1b074616dfp-80},
    {0x338923p-21, 0xa8fc24071f11bp-78},
    {0x3418ccfp-25, 0x6bbcac96535b5p-77},
    {0x1a5503bp-24, 0x11f12ae45a1225p-79},
    {0x353cd6bp-25, -0xa180902f0536fp-78},
    {0x35d13f3p-25, 0x15ad3ad5e8734dp-80},
    {0x3667457p-25, 0x9e2bf5ed7fa1dp-81},
    {0x1b7f76fp-24, 0x5f6bc8dd54f61p-77},
    {0x1bcc1e9p-24, 0x12f074891ee83dp-82},
    {0xe0ccdfp-23, -0x13d56b1eeef9a7p-79},
    {0x1c67f13p-24, -0x3505d696bbd9p-73},
    {0xe5b907p-23, -0x18837cb757e1a1p-79},
    {0x3a0e5a9p-25, 0x207897b8d0f23p-76},
    {0xeac0c7p-23, -0x1822dbc6d12fd3p-79},
    {0xed4f3p-19, 0x1ed9942b84600dp-79},
    {0x1dfc973p-24, 0xdee6d7ae5a32bp-78},
    {0x3ca05ddp-25, -0x74c009d8c2edp-76},
    {0xf5257dp-23, 0x152486cc2c7b9dp-79},
    {0x1efa1bfp-24, -0xcf52ec447016fp-79},
    {0x3ea0ecbp-25, 0xdb915019d3e13p-78},
    {0x3f4f83p-21, 0xcf486c174853fp-79},
};

}  // namespace parabound::constants
