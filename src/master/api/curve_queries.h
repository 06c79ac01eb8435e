// What routes that answer curves take.
#pragma once

#include "master/series/curve.h"
#include "net/route.h"

namespace goetia {

Route&& with_curve_query(Route&& route);
CurveQuery curve_query_of(const RouteCall& call);

}  // namespace goetia
