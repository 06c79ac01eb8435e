#include "base/json.h"
#include "master/api/shapes.h"

namespace goetia {
namespace {

Shape gpu_shape() {
    return Schema("NodeGpu", "A GPU of a machine")
        .with(text("uuid", "Which one"))
        .with(text("name", "Its model"))
        .with(integer("memory", "Bytes"))
        .with(text("fault", "Why nothing may be placed on it; empty: it is in order"))
        .with(integer("attempt", "The number of the attempt that has it").or_null())
        .with(integer("memory_used", "Bytes, by whomever").or_null())
        .with(number("utilisation", "0 to 1").or_null())
        .with(number("temperature", "Degrees Celsius").or_null())
        .with(number("power", "Watts").or_null());
}

Shape node_facts_shape() {
    return Shape(Schema("NodeFacts", "What its agent says of a machine")
                     .with(text("host", "Its name or address"))
                     .with(text("agent_version", "Of Goetia"))
                     .with(text("agent_sha256", "Of the agent's program"))
                     .with(integer("cores", "Of its processor"))
                     .with(integer("memory", "Bytes"))
                     .with(integer("disk", "Bytes of the file system with the agent's data"))
                     .with(text("driver", "Of its GPUs; empty: none"))
                     .with(text("cuda", "The newest that its driver can run; empty: none"))
                     .with(text("glibc", "Its version"))
                     .with(text("processor", "`x86_64`"))
                     .with(texts("libtorch", "Versions that it has itself"))
                     .with(anything("gpus", "In the order of their numbers"))
                     .with(object("labels", "Given at the machine"))
                     .with(texts("lacks", "What its sandbox cannot do, in sentences")))
        .where("gpus", list_of(Schema("GpuFacts", "What a GPU is")
                                   .with(text("name", "Its model"))
                                   .with(text("uuid", "Which one"))
                                   .with(integer("memory", "Bytes"))
                                   .with(text("fault", "Why it is not used; empty: it is in order"))))
        .where("labels", map_of(Shape(ParamType::kString)));
}

Shape node_use_shape() {
    return Shape(Schema("NodeUse", "How a machine is used")
                     .with(number("processor", "0 to 1, of all cores"))
                     .with(integer("memory", "Bytes in use"))
                     .with(integer("disk", "Bytes in use"))
                     .with(anything("gpus", "In the order of the facts")))
        .where("gpus", list_of(Schema("GpuUse", "How a GPU is used")
                                   .with(number("utilisation", "0 to 1"))
                                   .with(integer("memory", "Bytes in use, by whomever"))
                                   .with(number("temperature", "Degrees Celsius"))
                                   .with(number("power", "Watts"))));
}

}  // namespace

Shape node_shape() {
    return Shape(Schema("Node", "A machine of the pool")
                     .with(text("id", "Its number"))
                     .with(text("name", "For people"))
                     .with(text("state", "Whether it takes tasks")
                               .one_of({"online", "suspect", "offline", "draining", "leaving"}))
                     .with(number("created_at", "Seconds since 1970"))
                     .with(number("seen", "Seconds since its last word").or_null())
                     .with(boolean("drain", "It takes nothing new"))
                     .with(number("price", "Per hour, of the whole machine"))
                     .with(integer("cores", "Of its processor"))
                     .with(integer("free_cores", "That no task has"))
                     .with(integer("memory", "Bytes"))
                     .with(anything("gpus", "In the order of their numbers"))
                     .with(texts("labels", "`key=value`, from the machine and from here"))
                     .with(texts("given_labels", "Those of them that were given here"))
                     .with(texts("libtorch", "Versions for which tasks can run here"))
                     .with(text("cuda", "The newest that its driver can run; empty: none"))
                     .with(text("driver", "Of its GPUs; empty: none"))
                     .with(texts("tasks", "That it holds"))
                     .with(object("facts", "What its agent says of it").or_null())
                     .with(object("use", "Of its parts, every 30 s").or_null())
                     .with(anything("heartbeats",
                                    "Of the last 40 spans of 30 s, the oldest first: whether it was heard; "
                                    "null: not known, or not over")))
        .where("gpus", list_of(gpu_shape()))
        .where("facts", node_facts_shape())
        .where("use", node_use_shape())
        .where("heartbeats", list_of(Shape(ParamType::kBool).or_null()));
}

Shape node_token_shape() {
    return Schema("ListedNodeToken", "With which one machine joins; its secret is not known any more")
        .with(text("id", "By which it is revoked"))
        .with(text("name", "For people"))
        .with(text("state", "Whether a machine can join with it").one_of({"open", "used", "expired", "revoked"}))
        .with(number("created_at", "Seconds since 1970"))
        .with(number("expires_at", "Seconds since 1970"))
        .with(number("used_at", "Seconds since 1970").or_null())
        .with(number("revoked_at", "Seconds since 1970").or_null())
        .with(integer("uses", "0 or 1"))
        .with(text("owner", "The id of the user who made it"))
        .with(text("owner_name", "And the name; empty: there is no such user any more"));
}

}  // namespace goetia
