#include "pattern_syntax.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "wire/utf8.h"

/* POSIX.1-2017, Base Definitions, 9.4. */
struct parser {
    struct pattern_syntax *syntax;
    const char *at;
    int depth;
    struct error *error;
    bool failed;
};

static struct pattern_node *parse_either(struct parser *parser);

static struct pattern_node *fail(struct parser *parser, const char *reason)
{
    if (!parser->failed)
        error_set(parser->error, ERROR_INVALID, "\"pattern\" is no regular expression: %s", reason);
    parser->failed = true;
    return NULL;
}

/* Every byte of the pattern makes two nodes at the most, which is what there is room for. */
static struct pattern_node *add(struct parser *parser, struct pattern_node node)
{
    size_t atoms = 1 + (node.left ? node.left->atoms : 0) + (node.right ? node.right->atoms : 0);
    if (node.kind == PATTERN_REPEATED) {
        int times = node.most < 0 ? node.least + 1 : node.most;
        atoms = (node.left->atoms + 1) * (size_t)(times > 0 ? times : 1);
    }
    if (atoms > PATTERN_ATOMS_MAX)
        return fail(parser, "it repeats too much");
    node.atoms = atoms;
    struct pattern_node *added = &parser->syntax->nodes[parser->syntax->count++];
    *added = node;
    return added;
}

/* Only the newest set grows, so that its ranges are the last ones. Each is at least two bytes of
   the pattern. */
static void put(struct parser *parser, uint16_t number, uint32_t from, uint32_t to)
{
    struct pattern_syntax *syntax = parser->syntax;
    struct pattern_set *set = &syntax->sets[number];
    for (; from < 128 && from <= to; from++)
        set->ascii[from / 64] |= (uint64_t)1 << from % 64;
    if (from > to)
        return;
    syntax->ranges[syntax->range_count++] = (struct pattern_range){from, to};
    set->count++;
}

static uint16_t new_set(struct parser *parser)
{
    struct pattern_syntax *syntax = parser->syntax;
    syntax->sets[syntax->set_count].first = syntax->range_count;
    return syntax->set_count++;
}

static void invert(struct parser *parser, uint16_t number)
{
    struct pattern_set *set = &parser->syntax->sets[number];
    set->ascii[0] = ~set->ascii[0] & ~(uint64_t)1; /* no line holds a NUL */
    set->ascii[1] = ~set->ascii[1];
    set->inverted = !set->inverted;
}

/* The character at `*at`, which moves behind it. */
static uint32_t read_character(const char **at)
{
    uint32_t character;
    *at += utf8_decode(*at, strnlen(*at, 4), &character);
    return character;
}

static struct pattern_node *add_set(struct parser *parser, uint16_t set)
{
    return add(parser, (struct pattern_node){.kind = PATTERN_SET, .set = set});
}

static struct pattern_node *parse_character(struct parser *parser)
{
    uint16_t set = new_set(parser);
    uint32_t character = read_character(&parser->at);
    put(parser, set, character, character);
    return add_set(parser, set);
}

static struct pattern_node *add_assertion(struct parser *parser, enum pattern_assertion assertion)
{
    return add(parser, (struct pattern_node){.kind = PATTERN_ASSERTION, .assertion = assertion});
}

static int is_word_byte(int byte)
{
    return isalnum(byte) || byte == '_';
}

static void put_class(struct parser *parser, uint16_t set, int (*has)(int byte))
{
    for (int byte = 1; byte < 128; byte++)
        if (has(byte))
            put(parser, set, (uint32_t)byte, (uint32_t)byte);
}

static bool parse_class(struct parser *parser, uint16_t set)
{
    static const struct {
        const char *name;
        int (*has)(int byte);
    } classes[] = {
        {"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank}, {"cntrl", iscntrl},
        {"digit", isdigit}, {"graph", isgraph}, {"lower", islower}, {"print", isprint},
        {"punct", ispunct}, {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit},
    };
    const char *name = parser->at + 2, *end = strstr(name, ":]");
    for (size_t i = 0; end && i < sizeof classes / sizeof classes[0]; i++) {
        size_t length = strlen(classes[i].name);
        if (length != (size_t)(end - name) || strncmp(name, classes[i].name, length) != 0)
            continue;
        put_class(parser, set, classes[i].has);
        parser->at = end + 2;
        return true;
    }
    fail(parser, "there is no such class of characters");
    return false;
}

/* A character, or [.x.] or [=x=]. -1 when there is none. */
static int parse_element(struct parser *parser)
{
    const char *at = parser->at;
    bool named = at[0] == '[' && (at[1] == '.' || at[1] == '=');
    char mark = at[named];
    at += named ? 2 : 0;
    if (!*at)
        return -1;
    int character = (int)read_character(&at);
    if (named && (at[0] != mark || at[1] != ']'))
        return -1;
    parser->at = at + (named ? 2 : 0);
    return character;
}

static struct pattern_node *parse_bracket(struct parser *parser)
{
    uint16_t set = new_set(parser);
    bool inverted = *++parser->at == '^';
    parser->at += inverted;
    for (bool first = true; first || *parser->at != ']'; first = false) {
        if (parser->at[0] == '[' && parser->at[1] == ':') {
            if (!parse_class(parser, set))
                return NULL;
            continue;
        }
        int from = parse_element(parser), to = from;
        if (from >= 0 && parser->at[0] == '-' && parser->at[1] && parser->at[1] != ']') {
            parser->at++;
            to = parse_element(parser);
        }
        if (from < 0 || to < 0)
            return fail(parser, "a [ has no ]");
        if (from > to)
            return fail(parser, "a range in [ ] ends before it begins");
        put(parser, set, (uint32_t)from, (uint32_t)to);
    }
    parser->at++;
    if (inverted)
        invert(parser, set);
    return add_set(parser, set);
}

static struct pattern_node *parse_escape(struct parser *parser)
{
    static const char assertions[] = {
        [PATTERN_LINE_START] = '`', [PATTERN_LINE_END] = '\'', [PATTERN_WORD_START] = '<',
        [PATTERN_WORD_END] = '>',   [PATTERN_WORD_EDGE] = 'b', [PATTERN_NO_WORD_EDGE] = 'B'};
    char byte = *++parser->at;
    if (!byte)
        return fail(parser, "nothing stands behind the last \\");
    if (byte >= '1' && byte <= '9')
        return fail(parser, "it holds a back-reference");
    const char *assertion = memchr(assertions, byte, sizeof assertions);
    if (!assertion && !strchr("wWsS", byte))
        return parse_character(parser);
    parser->at++;
    if (assertion)
        return add_assertion(parser, (enum pattern_assertion)(assertion - assertions));
    uint16_t set = new_set(parser);
    put_class(parser, set, tolower(byte) == 'w' ? is_word_byte : isspace);
    if (isupper(byte))
        invert(parser, set);
    return add_set(parser, set);
}

static struct pattern_node *parse_group(struct parser *parser)
{
    if (parser->depth == PATTERN_DEPTH_MAX)
        return fail(parser, "its groups are nested too deep");
    parser->at++;
    parser->depth++;
    struct pattern_node *node = parse_either(parser);
    parser->depth--;
    if (!node)
        return NULL;
    if (*parser->at != ')')
        return fail(parser, "a ( has no )");
    parser->at++;
    return node;
}

static struct pattern_node *parse_atom(struct parser *parser)
{
    switch (*parser->at) {
    case '(':
        return parse_group(parser);
    case '[':
        return parse_bracket(parser);
    case '\\':
        return parse_escape(parser);
    case '*':
    case '+':
    case '?':
    case '{':
        return fail(parser, "there is nothing to repeat before a *, +, ? or {");
    case '^':
        parser->at++;
        return add_assertion(parser, PATTERN_LINE_START);
    case '$':
        parser->at++;
        return add_assertion(parser, PATTERN_LINE_END);
    case '.': {
        uint16_t set = new_set(parser);
        invert(parser, set);
        parser->at++;
        return add_set(parser, set);
    }
    default:
        return parse_character(parser);
    }
}

static int parse_count(struct parser *parser)
{
    int count = 0;
    if (!isdigit((unsigned char)*parser->at))
        return -1;
    for (; isdigit((unsigned char)*parser->at); parser->at++)
        if (count <= PATTERN_COUNT_MAX)
            count = count * 10 + (*parser->at - '0');
    return count;
}

/* {m}, {m,}, {,n} or {m,n} */
static bool parse_bounds(struct parser *parser, int *least, int *most)
{
    parser->at++;
    *least = *most = parse_count(parser);
    if (*parser->at == ',') {
        parser->at++;
        *most = parse_count(parser);
        if (*least < 0 && *most >= 0)
            *least = 0;
    }
    if (*least < 0 || *parser->at != '}')
        fail(parser, "a { does not begin {m}, {m,}, {,n} or {m,n}");
    else if (*least > PATTERN_COUNT_MAX || *most > PATTERN_COUNT_MAX)
        fail(parser, "a number in { } is greater than 255");
    else if (*most >= 0 && *most < *least)
        fail(parser, "the numbers in { } are the wrong way round");
    else
        parser->at++;
    return !parser->failed;
}

static struct pattern_node *parse_repeated(struct parser *parser)
{
    struct pattern_node *node = parse_atom(parser);
    while (node && *parser->at && strchr("*+?{", *parser->at)) {
        int least = *parser->at == '+', most = *parser->at == '?' ? 1 : -1;
        if (*parser->at != '{')
            parser->at++;
        else if (!parse_bounds(parser, &least, &most))
            return NULL;
        node =
            add(parser, (struct pattern_node){
                            .kind = PATTERN_REPEATED, .least = least, .most = most, .left = node});
    }
    return node;
}

/* A ) without its ( stands for itself. */
static struct pattern_node *parse_sequence(struct parser *parser)
{
    struct pattern_node *node = NULL;
    while (!parser->failed && *parser->at && *parser->at != '|' &&
           (*parser->at != ')' || parser->depth == 0)) {
        struct pattern_node *right = parse_repeated(parser);
        if (right && node)
            right =
                add(parser,
                    (struct pattern_node){.kind = PATTERN_SEQUENCE, .left = node, .right = right});
        node = right;
    }
    if (parser->failed)
        return NULL;
    return node ? node : add(parser, (struct pattern_node){.kind = PATTERN_EMPTY});
}

static struct pattern_node *parse_either(struct parser *parser)
{
    struct pattern_node *node = parse_sequence(parser);
    while (node && *parser->at == '|') {
        parser->at++;
        struct pattern_node *right = parse_sequence(parser);
        node =
            right ? add(parser,
                        (struct pattern_node){.kind = PATTERN_EITHER, .left = node, .right = right})
                  : NULL;
    }
    return node;
}

struct pattern_syntax *pattern_syntax_read(const char *text, struct error *error)
{
    size_t length = strlen(text);
    if (length > PATTERN_LENGTH_MAX) {
        error_set(error, ERROR_INVALID, "\"pattern\" is longer than %d bytes", PATTERN_LENGTH_MAX);
        return NULL;
    }
    struct pattern_syntax *syntax = calloc(1, sizeof *syntax);
    if (syntax) {
        syntax->nodes = calloc(2 * length + 2, sizeof *syntax->nodes);
        syntax->sets = calloc(length + 1, sizeof *syntax->sets);
        syntax->ranges = calloc(length + 1, sizeof *syntax->ranges);
    }
    if (!syntax || !syntax->nodes || !syntax->sets || !syntax->ranges) {
        pattern_syntax_free(syntax);
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    struct parser parser = {.syntax = syntax, .at = text, .error = error};
    syntax->whole = parse_either(&parser);
    if (!syntax->whole) {
        error_fix(error, "give a POSIX extended regular expression; \\ goes before . [ ( * + ? {");
        pattern_syntax_free(syntax);
        return NULL;
    }
    syntax->atoms = syntax->whole->atoms;
    return syntax;
}

void pattern_syntax_free(struct pattern_syntax *syntax)
{
    if (!syntax)
        return;
    free(syntax->nodes);
    free(syntax->sets);
    free(syntax->ranges);
    free(syntax);
}
