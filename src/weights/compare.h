// Compares two sets of weights, tensor by tensor.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "weights/value.h"

namespace goetia {

enum class Difference { kOnlyInFirst, kOnlyInSecond, kType, kShape, kNumbers };

std::string_view difference_name(Difference difference);  // "only_in_first"

struct TensorDifference {
    std::string name;
    Difference kind = Difference::kNumbers;
    double largest = 0;  // of kNumbers: the largest absolute difference; NaN where only one is NaN
};

// The differences, sorted by name. Equal means bit for bit.
std::vector<TensorDifference> compare_tensors(const std::map<std::string, Tensor>& first,
                                              const std::map<std::string, Tensor>& second);

// One element as a number.
double number_at(const Tensor& tensor, std::int64_t index);

std::string shape_text(const Tensor& tensor);  // "float32[64, 3, 7, 7]"

}  // namespace goetia
