#include "base/country.h"
#include "base/must.h"
#include "core/consumer.h"

/* How a consumer is written: name and address, without a database. */

static struct str joined(struct arena *arena, const struct str *parts, size_t count)
{
    struct buf text = buf_make(arena, 1024);

    for (size_t i = 0; i < count; i++) {
        if (parts[i].len == 0)
            continue;
        if (text.len > 0)
            buf_put_byte(&text, ' ');
        buf_put(&text, parts[i]);
    }
    must(!text.failed);
    return buf_str(&text);
}

struct str consumer_name(struct arena *arena, const struct consumer *consumer)
{
    const struct str person[] = {consumer->fields[CONSUMER_FIRST_NAME],
                                 consumer->fields[CONSUMER_LAST_NAME]};
    struct str corporate = consumer->fields[CONSUMER_CORPORATE_NAME];

    if (consumer->type != CONSUMER_PERSON && corporate.len > 0)
        return corporate;
    return joined(arena, person, ARRAY_LEN(person));
}

struct str consumer_street(struct arena *arena, const struct consumer *consumer)
{
    const struct str parts[] = {consumer->fields[CONSUMER_STREET_NUMBER],
                                consumer->fields[CONSUMER_STREET_TYPE],
                                consumer->fields[CONSUMER_STREET_NAME]};

    return joined(arena, parts, ARRAY_LEN(parts));
}

struct address consumer_address(struct ctx *cx, const struct consumer *consumer)
{
    struct address address = {
        .line1 = consumer_street(cx->arena, consumer),
        .line2 = consumer->fields[CONSUMER_ADDRESS_COMPLEMENT],
        .zip_code = consumer->fields[CONSUMER_ZIP_CODE],
        .city = consumer->fields[CONSUMER_CITY],
        .metadata = STR("{}"),
    };

    if (!country_code(cx->arena, consumer->fields[CONSUMER_COUNTRY], &address.country))
        address.country = STR("FR");
    return address;
}
