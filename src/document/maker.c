#include "document/maker.h"

#include "document/mandate.h"

const struct document_maker DOCUMENT_MAKER = {.mandate = mandate_draw};
