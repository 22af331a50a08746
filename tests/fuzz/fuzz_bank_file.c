#include <stdint.h>

#include "fuzz/bank_reading.h"

/* Any bytes as a file from the bank, read as the importer reads it. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size <= READING_BYTES_MAX)
        bank_file_check(bank_file_ctx(), (struct str){(const char *)data, size});
    return 0;
}
