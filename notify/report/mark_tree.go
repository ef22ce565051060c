package report

import (
	"slices"
	"strconv"
	"strings"
)

// element is one element of a small part, with the elements in it. Sheets are walked
// through tag by tag instead.
type element struct {
	tag
	attrs []attr
	inner int // behind the start tag
	end   int // the end tag's "<"; inner for an empty element
	after int // behind the whole element
	kids  []*element
}

// tree reads a small part. The result is its root element.
func tree(b []byte) (*element, error) {
	s := tags{b: b}
	var root *element
	var open []*element
	for {
		t, _, ok, err := s.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if t.closing {
			e := open[len(open)-1]
			e.end, e.after = t.from, t.to
			open = open[:len(open)-1]
			continue
		}
		e := &element{tag: t, inner: t.to, end: t.to, after: t.to}
		if e.attrs, err = attrs(b, t); err != nil {
			return nil, err
		}
		switch {
		case len(open) > 0:
			parent := open[len(open)-1]
			parent.kids = append(parent.kids, e)
		case root != nil:
			return nil, errXML
		default:
			root = e
		}
		if !t.empty {
			open = append(open, e)
		}
	}
	if root == nil {
		return nil, errXML
	}
	return root, nil
}

// kid is the first child of a name without prefix; nil when there is none.
func (e *element) kid(local string) *element {
	if e == nil {
		return nil
	}
	i := slices.IndexFunc(e.kids, func(k *element) bool { return k.local() == local })
	if i < 0 {
		return nil
	}
	return e.kids[i]
}

// all lists the children of a name without prefix.
func (e *element) all(local string) []*element {
	if e == nil {
		return nil
	}
	var out []*element
	for _, k := range e.kids {
		if k.local() == local {
			out = append(out, k)
		}
	}
	return out
}

// get is the value of an attribute, "" when the element has none.
func (e *element) get(name string) string {
	if a := named(e.attrs, name); a != nil {
		return a.value
	}
	return ""
}

// namespace is what the element's own prefix stands for, as declared on it.
func (e *element) namespace() string {
	if p := strings.TrimSuffix(e.prefix(), ":"); p != "" {
		return e.get("xmlns:" + p)
	}
	return e.get("xmlns")
}

// grow puts text behind an element's last child, opening an empty element for it.
func (e *element) grow(text string) edit {
	if e.empty {
		return edit{e.to - 2, e.to, ">" + text + "</" + e.name + ">"}
	}
	return edit{e.end, e.end, text}
}

// counted is grow with the count attribute, where the element has one, brought up to date.
func (e *element) counted(n int, text string) []edit {
	edits := []edit{e.grow(text)}
	if named(e.attrs, "count") != nil {
		edits = append(edits, setAttr(e.attrs, e.tag, "count", strconv.Itoa(n)))
	}
	return edits
}
