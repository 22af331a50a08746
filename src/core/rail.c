#include "core/rail.h"

ENUM_DEFINE(card_op, CARD_OP_LIST)
ENUM_DEFINE(card_outcome, CARD_OUTCOME_LIST)
ENUM_DEFINE(threeds_status, THREEDS_STATUS_LIST)
ENUM_DEFINE(settled_kind, SETTLED_KIND_LIST)
