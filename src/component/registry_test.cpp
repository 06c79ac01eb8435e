#include "component/registry.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace goetia {
namespace {

struct Shape {
    virtual ~Shape() = default;
    [[nodiscard]] virtual double area() const = 0;
};

struct Square : Shape {
    static Schema schema() {
        return Schema("Square", "Four equal sides").with(number("side", "length").above(0).fallback(1.0));
    }
    explicit Square(const Args& args) : side(args.number("side")) {}
    [[nodiscard]] double area() const override { return side * side; }
    double side;
};

// Its construction can fail for a reason that a schema cannot express.
struct Triangle : Shape {
    static Schema schema() {
        return Schema("Triangle", "Three sides").with(numbers("sides", "their lengths").length(3));
    }
    static Result<std::unique_ptr<Triangle>> make(const Args& args) {
        const auto sides = args.list<double>("sides");
        if (sides[0] + sides[1] <= sides[2])
            return invalid("sides {}, {} and {} do not meet", sides[0], sides[1], sides[2]);
        return std::make_unique<Triangle>();
    }
    [[nodiscard]] double area() const override { return 0.5; }
};

struct Undescribed : Shape {
    [[nodiscard]] double area() const override { return 0; }
};
static_assert(Described<Square> && !Described<Undescribed>, "a component without a schema must not compile");

class Shapes : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(shapes_.add<Square>());
        ASSERT_TRUE(shapes_.add<Triangle>("my_shapes.cpp"));
    }
    Registry<Shape> shapes_{Kind::kModel};
};

TEST_F(Shapes, makes_the_named_component_with_its_defaults) {
    EXPECT_DOUBLE_EQ((*shapes_.make({{"type", "Square"}, {"side", 3}}, "model"))->area(), 9.0);
    EXPECT_DOUBLE_EQ((*shapes_.make({{"type", "Square"}}, "model"))->area(), 1.0);
    EXPECT_DOUBLE_EQ((*shapes_.make(Json::parse(R"({"type": "Triangle", "sides": [3, 4, 5]})"), "model"))->area(), 0.5);
}

TEST_F(Shapes, a_second_of_the_same_name_is_refused_and_the_first_stays) {
    const Status again = shapes_.add<Triangle>("other.cpp");
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Code::kWrongState);
    EXPECT_EQ(again.error().message,
              "model 'Triangle' is already registered by my_shapes.cpp; give yours another name");
    EXPECT_EQ((*shapes_.find("Triangle"))->origin, "my_shapes.cpp");
}

TEST_F(Shapes, an_unknown_name_is_answered_with_the_nearest) {
    EXPECT_EQ(shapes_.make({{"type", "Sqare"}}, "model").error().message,
              "model: no model 'Sqare'; did you mean 'Square'? known: Square, Triangle");
    EXPECT_EQ(shapes_.find("Hexagon").error().message, "no model 'Hexagon'; known: Square, Triangle");
    EXPECT_EQ(shapes_.find("Hexagon").error().code, Code::kNotFound);
}

TEST_F(Shapes, faults_of_the_parameters_are_reported_with_their_path) {
    const auto made = shapes_.make({{"type", "Square"}, {"side", -1}, {"sde", 2}}, "model");
    ASSERT_FALSE(made);
    EXPECT_EQ(to_string(made.error()),
              "model 'Square' cannot be made from model\n"
              "  model.side: out of range, found -1 (allowed: a number, above 0)\n"
              "  model.sde: 'Square' has no parameter 'sde' (allowed: side); did you mean 'side'?");
}

TEST_F(Shapes, a_component_that_cannot_be_made_says_where) {
    EXPECT_EQ(shapes_.make(Json::parse(R"({"type": "Triangle", "sides": [1, 1, 5]})"), "model.neck").error().message,
              "model 'Triangle' (model.neck): sides 1, 1 and 5 do not meet");
}

TEST_F(Shapes, a_document_without_a_type_is_refused) {
    EXPECT_EQ(shapes_.make({{"side", 1}}, "model").error().message,
              "model needs a mapping with 'type' naming a model, found {\"side\":1}");
    EXPECT_EQ(shapes_.make("Square", "model").error().message,
              "model needs a mapping with 'type' naming a model, found \"Square\"");
}

TEST(Args, a_single_value_is_repeated) {
    const Args args(Json::parse(R"({"mean": 0.5, "std": [1, 2], "none": null})"));
    EXPECT_EQ(args.list<double>("mean", 3), (std::vector<double>{0.5, 0.5, 0.5}));
    EXPECT_EQ(args.list<double>("std", 3), (std::vector<double>{1, 2}));
    EXPECT_TRUE(args.is_null("none"));
    EXPECT_THROW(static_cast<void>(args.number("absent")), std::exception);
}

}  // namespace
}  // namespace goetia
