#include <gtest/gtest.h>
#include "windhover/core/contract.hpp"
#include "windhover/core/digest.hpp"
#include "windhover/core/fields.hpp"
#include "windhover/core/bytes.hpp"
#include "windhover/core/files.hpp"
#include "windhover/core/math.hpp"
#include "windhover/core/random.hpp"
#include "windhover/core/rows.hpp"
TEST(Math, E){ EXPECT_NEAR(windhover::math::exp(0.6), std::exp(0.6), 4e-16); EXPECT_NEAR(windhover::math::log(0.6), std::log(0.6), 4e-16); for(int i=0;i<=1000;++i) EXPECT_NEAR(windhover::math::cos_two_pi(i/1000.), std::cos(2*M_PI*i/1000.),1e-15);}
