#include "base/json.h"
#include "master/api/shapes.h"

namespace goetia {
namespace {

Shape metric_shape() {
    return Schema("MetricSummary", "A metric of a run")
        .with(number("last", "Its newest value").or_null())
        .with(number("best", "Its best value").or_null())
        .with(number("step", "Of the newest").or_null());
}

Shape resources_shape() {
    return Schema("Resources", "What a run took; empty before it has begun")
        .with(integer("attempts", "How often it was started").or_null())
        .with(integer("ranks", "Of the newest attempt").or_null())
        .with(integer("threads", "Of each rank; 0: not known").or_null())
        .with(integer("epochs", "Ended").or_null())
        .with(integer("steps", "Done").or_null())
        .with(number("seconds", "Of its epochs").or_null())
        .with(number("seconds_waiting", "Of these, for data").or_null())
        .with(number("images_per_second", "Of its epochs").or_null());
}

Shape relative_shape() {
    return Schema("Relative", "An experiment that another came from, or that came from it")
        .with(text("id", "Its id"))
        .with(boolean("known", "It is here, and one may see it; else the rest is left out"))
        .with(integer("depth", "How many generations away"))
        .with(text("name", "For people").fallback(""))
        .with(text("state", "What its journal says last").fallback(""))
        .with(text("relation", "To what it came from").fallback(""));
}

Shape compared_metric_shape() {
    return Shape(Schema("ComparedMetric", "A metric of several runs")
                     .with(boolean("lower_is_better", "Which is the best"))
                     .with(text("best", "The id of the run").or_null())
                     .with(object("runs", "By id")))
        .where("runs", map_of(metric_shape()));
}

Shape curve_shape() {
    const Shape values = list_of(Shape(ParamType::kFloat).or_null());
    return Shape(Schema("Curve", "A metric along a run; columns of equal length, null where a value is not finite")
                     .with(text("name", "Of the metric"))
                     .with(integer("count", "Points that the run has in this range"))
                     .with(boolean("raw", "Every point, in `value`; else buckets with `min`, `max`, `last`"))
                     .with(anything("x", "As asked for"))
                     .with(anything("value", "Of raw curves").or_null())
                     .with(anything("min", "Of buckets").or_null())
                     .with(anything("max", "Of buckets").or_null())
                     .with(anything("last", "Of buckets").or_null()))
        .where("x", values)
        .where("value", values)
        .where("min", values)
        .where("max", values)
        .where("last", values);
}

}  // namespace

Shape metric_values_shape() { return map_of(Shape(ParamType::kFloat).or_null()); }

Shape experiment_shape() {
    return Shape(Schema("Experiment", "A run: what was asked of it, how it went, what came of it")
                     .with(text("id", "Its id"))
                     .with(text("experiment", "The same"))
                     .with(text("name", "For people"))
                     .with(text("state", "What its journal says last"))
                     .with(text("task", "The id of its task").or_null())
                     .with(text("owner", "Whose it is"))
                     .with(texts("tags", "For finding it again"))
                     .with(text("notes", "For people"))
                     .with(boolean("archived", "It is listed only when asked for"))
                     .with(number("created_at", "Seconds since 1970"))
                     .with(number("updated_at", "Of the newest word of it"))
                     .with(object("ancestor", "What it came from").or_null())
                     .with(object("metrics", "By name"))
                     .with(text("best_metric", "By which its best checkpoint is chosen").or_null())
                     .with(boolean("lower_is_better", "Of that metric").or_null())
                     .with(number("finished_at", "Seconds since 1970; null: it goes on, or has not begun").or_null())
                     .with(object("resources", "What it took"))
                     .with(text("etag", "For If-Match")))
        .where("ancestor", Schema("Ancestor", "What an experiment came from")
                               .with(text("experiment", "Its id"))
                               .with(text("relation", "How")))
        .where("metrics", map_of(metric_shape()))
        .where("resources", resources_shape());
}

Shape comparison_shape() {
    return Shape(Schema("Comparison", "Side by side")
                     .with(anything("experiments", "In the order in which they were named"))
                     .with(object("metrics", "By name"))
                     .with(object("config", "{KEY: {ID: value}}; a run without the key has no value"))
                     .with(object("resources", "By id")))
        .where("experiments", list_of(Schema("ComparedExperiment", "One of them")
                                          .with(text("id", "Its id"))
                                          .with(text("name", "For people"))
                                          .with(text("state", "What its journal says last"))
                                          .with(number("created_at", "Seconds since 1970"))))
        .where("metrics", map_of(compared_metric_shape()))
        .where("config", map_of(map_of(Shape(ParamType::kAny))))
        .where("resources", map_of(resources_shape()));
}

Shape lineage_shape() {
    return Shape(Schema("Lineage", "Its relatives")
                     .with(text("id", "Of the experiment"))
                     .with(text("relation", "To what it came from").or_null())
                     .with(anything("ancestors", "The nearest first"))
                     .with(anything("descendants", "Generation by generation")))
        .where("ancestors", list_of(relative_shape()))
        .where("descendants", list_of(relative_shape()));
}

Shape curves_shape() {
    return Shape(Schema("Curves", "Of an experiment").with(anything("curves", "One for each metric")))
        .where("curves", list_of(curve_shape()));
}

}  // namespace goetia
