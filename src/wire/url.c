#include "wire/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

enum { HOST_MAX = 253, LABEL_MAX = 63, PORT_MAX = 65535 };

/* Length of the scheme with "://", or 0. */
static size_t scheme_len(struct str text, bool *tls)
{
    static const struct str HTTPS = STR_INIT("https://");
    static const struct str HTTP = STR_INIT("http://");

    *tls = text.len >= HTTPS.len && str_eq_nocase(str_sub(text, 0, HTTPS.len), HTTPS);
    if (*tls)
        return HTTPS.len;
    return text.len >= HTTP.len && str_eq_nocase(str_sub(text, 0, HTTP.len), HTTP) ? HTTP.len : 0;
}

/* Browsers read a backslash as a slash and drop tabs and line ends; we refuse what two readers
 * could take for two hosts. Blanks and controls are refused in their Unicode forms of Latin-1 too
 * (U+0080 to U+00A0). */
static bool bytes_are_safe(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        if (byte <= ' ' || byte == '\\' || byte == 0x7F)
            return false;
        if (byte == 0xC2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] <= 0xA0)
            return false;
    }
    return true;
}

static size_t authority_len(struct str rest)
{
    size_t len = 0;

    while (len < rest.len && strchr("/?#", rest.ptr[len]) == NULL)
        len++;
    return len;
}

static bool host_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '-';
}

/* Labels of 1 to 63 letters, digits and hyphens, joined by dots. */
static bool name_valid(struct str host)
{
    size_t label = 0;

    if (host.len == 0 || host.len > HOST_MAX)
        return false;
    for (size_t i = 0; i < host.len; i++) {
        if (host.ptr[i] == '.') {
            if (label == 0)
                return false;
            label = 0;
        } else if (!host_byte(host.ptr[i]) || ++label > LABEL_MAX) {
            return false;
        }
    }
    return label > 0;
}

static bool ipv6_parse(struct str host, struct in6_addr *out)
{
    char text[INET6_ADDRSTRLEN];

    if (host.len == 0 || host.len >= sizeof text || str_find(host, '\0') < host.len)
        return false;
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    return inet_pton(AF_INET6, text, out) == 1;
}

static bool port_parse(struct str text, int *out)
{
    int64_t port;

    if (text.len == 0 || text.len > 5 || text.ptr[0] == '0' || !str_is_digits(text) ||
        !str_to_int64(text, &port) || port > PORT_MAX)
        return false;
    *out = (int)port;
    return true;
}

/* host, host:port, [address] or [address]:port. */
static bool authority_parse(struct str authority, struct url *out)
{
    struct in6_addr address;
    struct str rest;

    if (authority.len > 0 && authority.ptr[0] == '[') {
        size_t end = str_find(authority, ']');
        if (end == authority.len)
            return false;
        out->host = str_sub(authority, 1, end - 1);
        rest = str_sub(authority, end + 1, authority.len - end - 1);
        if (!ipv6_parse(out->host, &address))
            return false;
    } else {
        size_t end = str_find(authority, ':');
        out->host = str_sub(authority, 0, end);
        rest = str_sub(authority, end, authority.len - end);
        if (!name_valid(out->host))
            return false;
    }
    out->port = out->tls ? 443 : 80;
    return rest.len == 0 ||
           (rest.ptr[0] == ':' && port_parse(str_sub(rest, 1, rest.len - 1), &out->port));
}

err_t url_parse(struct str text, struct url *out)
{
    struct url url = {0};
    size_t scheme = scheme_len(text, &url.tls);

    if (scheme == 0 || !bytes_are_safe(text))
        return ERR_INVALID;
    struct str rest = str_sub(text, scheme, text.len - scheme);
    size_t len = authority_len(rest);
    if (!authority_parse(str_sub(rest, 0, len), &url))
        return ERR_INVALID;
    url.origin = str_sub(text, 0, scheme + len);
    rest = str_sub(rest, len, rest.len - len);
    url.path = str_sub(rest, 0, str_find(rest, '#'));
    *out = url;
    return OK;
}

/* Four decimal numbers without leading zeros, as everyone reads them, the first of them 127. */
static bool is_loopback_ipv4(struct str host)
{
    char text[INET_ADDRSTRLEN];
    struct in_addr address;

    if (host.len >= sizeof text)
        return false;
    memcpy(text, host.ptr, host.len);
    text[host.len] = '\0';
    return inet_pton(AF_INET, text, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

bool url_is_local(const struct url *url)
{
    struct in6_addr address;

    if (str_eq_nocase(url->host, STR("localhost")) || is_loopback_ipv4(url->host))
        return true;
    return ipv6_parse(url->host, &address) &&
           memcmp(&address, &in6addr_loopback, sizeof address) == 0;
}
