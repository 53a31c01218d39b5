#pragma once

// What nearly every test includes; see eventmgr_test.cmake.

#include <eventmgr/error.hpp>
#include <eventmgr/event.hpp>
#include <eventmgr/subscription.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
