// Faces that grow older: what is drawn depends on the person, on the age and on the day.
#pragma once

#include "base/random.h"
#include "datasets/synthetic/brush.h"
#include "imaging/sample.h"

namespace goetia {

constexpr int kOldest = 90;

// What of a person stays the same.
struct Person {
    Paint skin{}, hair{}, eyes{};
    double width = 1;     // of the head, against its height
    double between = 1;   // how far the eyes are apart
    double greying = 50;  // the age at which half the hair is grey
};

Person draw_person(Random& random);

// The person at `age` years, on some day: place, tilt, light, ground and noise are drawn.
Image draw_face(const Person& person, double age, int size, Random& random);

}  // namespace goetia
