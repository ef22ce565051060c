package templates

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
)

// maxDepth bounds how deep data may nest.
const maxDepth = 8

// plain turns structs into maps by field name, lists into []any, numbers into their
// decimal text, and cleans every string. What has behaviour (functions, channels,
// pointers to anything but data) is refused. A nil list is an empty one.
func plain(data any) (any, error) { return plainValue(reflect.ValueOf(data), maxDepth) }

func plainValue(v reflect.Value, depth int) (any, error) {
	if depth == 0 {
		return nil, fmt.Errorf("data nests deeper than %d levels", maxDepth)
	}
	switch v.Kind() {
	case reflect.Invalid:
		return []any{}, nil
	case reflect.String:
		return clean(v.String()), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64), nil
	case reflect.Interface, reflect.Pointer:
		return plainValue(v.Elem(), depth)
	case reflect.Slice, reflect.Array:
		out := make([]any, v.Len())
		for i := range out {
			item, err := plainValue(v.Index(i), depth-1)
			if err != nil {
				return nil, err
			}
			out[i] = item
		}
		return out, nil
	case reflect.Map, reflect.Struct:
		return plainRecord(v, depth)
	}
	return nil, fmt.Errorf("a page cannot be given a %s", v.Type())
}

func plainRecord(v reflect.Value, depth int) (any, error) {
	out := map[string]any{}
	put := func(key string, field reflect.Value) error {
		item, err := plainValue(field, depth-1)
		out[key] = item
		return err
	}
	if v.Kind() == reflect.Map {
		for _, k := range v.MapKeys() {
			if k.Kind() != reflect.String {
				return nil, fmt.Errorf("a page cannot be given a %s", v.Type())
			}
			if err := put(k.String(), v.MapIndex(k)); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			if err := put(f.Name, v.Field(i)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// clean makes foreign text harmless in a line of a letter: line breaks and control
// characters become one blank, and characters without a shape of their own (bidi controls,
// zero-width, byte order marks) go, since they can make a text read as another one.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "�")
	var b strings.Builder
	blank := false
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Cf, r), r == '\u115f', r == '\u1160', r == '\u3164': // the last three are fillers that show nothing
			continue
		case unicode.IsControl(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			blank = true
			continue
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	return strings.TrimSpace(b.String())
}
