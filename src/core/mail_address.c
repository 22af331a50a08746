#include <string.h>

#include "base/email.h"
#include "core/mail.h"

bool mail_address_valid(struct str address)
{
    static const char LOCAL[] = "!#$%&'*+-/=?^_`{|}~.";
    size_t at = str_find(address, '@');

    if (at == 0 || at + 1 >= address.len || address.len > MAIL_ADDRESS_MAX)
        return false;
    for (size_t i = 0; i < address.len; i++) {
        char byte = address.ptr[i];
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                     (byte >= '0' && byte <= '9');
        bool special = byte != '\0' && strchr(i < at ? LOCAL : "-.", byte) != NULL;
        if (i != at && !plain && !special)
            return false;
    }
    return true;
}

bool mail_address_given(struct str address)
{
    return email_valid(address) && mail_address_valid(address);
}
