package report

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// paint is the colour a cell is marked with.
type paint int

const (
	red    paint = iota // 必须改
	yellow              // 请说明
)

// colours are the fills of the paints, light enough to read black figures on.
var colours = map[paint]string{red: "FFFF8B8B", yellow: "FFFFE45C"}

// maxFormats is how many cell formats a workbook may have (Excel's limit is 65,490).
const maxFormats = 65_000

// styler appends formats to the workbook's styles part. A marked cell gets a copy of its
// own format with nothing but the fill changed.
type styler struct {
	text  []byte
	root  *element
	xfs   []*element // the workbook's cell formats
	fills int        // fills there are already
	fonts int
	edges int // borders

	fill, font, edge, xf []string // appended
	known                map[string]int
}

// newStyler reads a styles part.
func newStyler(b []byte, root *element) (*styler, error) {
	if root.local() != "styleSheet" || root.empty {
		return nil, errors.New("the styles part holds no styles")
	}
	return &styler{
		text: b, root: root, xfs: root.kid("cellXfs").all("xf"), known: map[string]int{},
		fills: len(root.kid("fills").all("fill")), fonts: len(root.kid("fonts").all("font")), edges: len(root.kid("borders").all("border")),
	}, nil
}

// add appends an item to one of the lists unless it was appended before, and gives its
// number. p in the text stands for the part's prefix.
func (s *styler) add(list *[]string, before int, item string) int {
	item = strings.NewReplacer("</", "</"+s.root.prefix(), "<", "<"+s.root.prefix()).Replace(item)
	for i, have := range *list {
		if have == item {
			return before + i
		}
	}
	*list = append(*list, item)
	return before + len(*list) - 1
}

func (s *styler) solid(rgb string) int {
	s.someFills()
	return s.add(&s.fill, s.fills, `<fill><patternFill patternType="solid"><fgColor rgb="`+rgb+`"/><bgColor indexed="64"/></patternFill></fill>`)
}

// someFills makes sure of the two fills every workbook begins with: numbers 0 and 1 mean
// none and a pattern to all programs, whatever stands there.
func (s *styler) someFills() {
	for i := s.fills + len(s.fill); i < 2; i++ {
		s.add(&s.fill, s.fills, `<fill><patternFill patternType="`+[]string{"none", "gray125"}[i]+`"/></fill>`)
	}
}

// marked is the format of a cell that had the format base, painted.
func (s *styler) marked(base int, p paint) (int, error) {
	if base < 0 || base >= len(s.xfs) {
		base = 0
	}
	key := fmt.Sprintf("%d/%d", base, p)
	if n, ok := s.known[key]; ok {
		return n, nil
	}
	text := fmt.Sprintf(`<xf numFmtId="0" fontId="0" fillId="%d" borderId="0" xfId="0" applyFill="1"/>`, s.solid(colours[p]))
	if len(s.xfs) > 0 {
		xf := s.xfs[base]
		raw, err := splice(s.text[:xf.after], []edit{
			{0, xf.from, ""},
			setAttr(xf.attrs, xf.tag, "fillId", strconv.Itoa(s.solid(colours[p]))),
			setAttr(xf.attrs, xf.tag, "applyFill", "1"),
		})
		if err != nil {
			return 0, err
		}
		text = string(raw)
	} else {
		text = strings.Replace(text, "<", "<"+s.root.prefix(), 1)
	}
	n, err := s.format(text)
	s.known[key] = n
	return n, err
}

// format appends a cell format, complete with its prefix.
func (s *styler) format(xf string) (int, error) {
	if len(s.xfs) == 0 && len(s.xf) == 0 { // number 0 is the format of every cell that names none
		s.xf = append(s.xf, "<"+s.root.prefix()+`xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`)
	}
	if len(s.xfs)+len(s.xf) >= maxFormats {
		return 0, errors.New("the workbook has too many cell formats")
	}
	s.xf = append(s.xf, xf)
	return len(s.xfs) + len(s.xf) - 1, nil
}

// look describes a format of the list of corrections.
type look struct {
	size       int
	bold       bool
	colour     string // of the text
	underlined bool
	fill       string // "" for none
	edged      bool
	align      string // horizontal
}

// style appends the format of a look.
func (s *styler) style(l look) (int, error) {
	font := "<font>"
	if l.bold {
		font += "<b/>"
	}
	if l.underlined {
		font += "<u/>"
	}
	if s.fonts+len(s.font) == 0 { // number 0 is the font of every cell that names none
		s.add(&s.font, 0, `<font><sz val="11"/><name val="宋体"/></font>`)
	}
	font += fmt.Sprintf(`<sz val="%d"/><color rgb="%s"/><name val="宋体"/><family val="3"/><charset val="134"/></font>`, l.size, l.colour)
	fontID := s.add(&s.font, s.fonts, font)
	fillID, edgeID := 0, 0
	if l.fill != "" {
		fillID = s.solid(l.fill)
	}
	if l.edged {
		if s.edges+len(s.edge) == 0 {
			s.add(&s.edge, 0, `<border><left/><right/><top/><bottom/><diagonal/></border>`)
		}
		edge := ""
		for _, side := range []string{"left", "right", "top", "bottom"} {
			edge += `<` + side + ` style="thin"><color rgb="FFA6A6A6"/></` + side + `>`
		}
		edgeID = s.add(&s.edge, s.edges, `<border>`+edge+`<diagonal/></border>`)
	}
	p, indent := s.root.prefix(), ""
	if l.edged && l.align == "left" {
		indent = ` indent="1"`
	}
	return s.format(fmt.Sprintf(`<%sxf numFmtId="0" fontId="%d" fillId="%d" borderId="%d" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">`+
		`<%salignment horizontal="%s" vertical="center" wrapText="1"%s/></%sxf>`, p, fontID, fillID, edgeID, p, l.align, indent, p))
}

// edits are the changes to the styles part.
func (s *styler) edits() []edit {
	var out []edit
	for _, list := range []struct {
		name  string
		have  int
		items []string
		after []string // where a list the part lacks belongs
	}{
		{"fonts", s.fonts, s.font, []string{"numFmts"}},
		{"fills", s.fills, s.fill, []string{"numFmts", "fonts"}},
		{"borders", s.edges, s.edge, []string{"numFmts", "fonts", "fills"}},
		{"cellXfs", len(s.xfs), s.xf, []string{"numFmts", "fonts", "fills", "borders", "cellStyleXfs"}},
	} {
		if len(list.items) == 0 {
			continue
		}
		text, n := strings.Join(list.items, ""), list.have+len(list.items)
		if e := s.root.kid(list.name); e != nil {
			out = append(out, e.counted(n, text)...)
			continue
		}
		at := s.root.inner
		for _, k := range s.root.kids {
			for _, name := range list.after {
				if k.local() == name {
					at = k.after
				}
			}
		}
		name := s.root.prefix() + list.name
		out = append(out, edit{at, at, fmt.Sprintf(`<%s count="%d">%s</%s>`, name, n, text, name)})
	}
	return out
}

// bareStyles is the styles part of a workbook that has none.
func bareStyles(namespace string) string {
	return xmlHead + `<styleSheet xmlns="` + namespace + `"><fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>`
}
