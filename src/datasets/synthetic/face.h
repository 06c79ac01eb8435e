// Synthetic faces that age: the drawing depends on the person, the age and the day.
#pragma once

#include "base/random.h"
#include "datasets/synthetic/brush.h"
#include "imaging/sample.h"

namespace goetia {

constexpr int kOldest = 90;

// The constant features of a person.
struct Person {
    Paint skin{}, hair{}, eyes{};
    double width = 1;     // of the head, relative to its height
    double between = 1;   // distance between the eyes
    double greying = 50;  // the age at which half the hair is grey
};

Person draw_person(Random& random);

// The person at `age` years on a random day: position, tilt, light, background and noise vary.
Image draw_face(const Person& person, double age, int size, Random& random);

}  // namespace goetia
