package sheet

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of the table of shared strings.
const (
	maxShared = 1_000_000 // entries
	maxRuns   = 4_000     // runs of one text
	maxMarked = 200_000   // runs of all texts together
)

// textStore keeps the many small texts of a workbook in few large blocks, and bounds them all.
type textStore struct {
	block strings.Builder
	kept  int // bytes
}

// keep returns b as a string of its own.
func (t *textStore) keep(b []byte) (string, error) {
	if len(b) == 0 {
		return "", nil
	}
	if t.kept += len(b); t.kept > maxTextBytes {
		return "", refuse(ReasonTooLarge, "text beyond the limit")
	}
	if t.block.Cap()-t.block.Len() < len(b) { // a full block stays alive with the texts cut from it
		t.block = strings.Builder{}
		t.block.Grow(max(len(b), min(64<<10, max(1<<10, t.kept))))
	}
	at := t.block.Len()
	t.block.Write(b)
	return t.block.String()[at:], nil
}

// cut bounds the text of one cell, at a whole character.
func cut(b []byte) (short []byte, was bool) {
	if len(b) <= maxCellText {
		return b, false
	}
	n := maxCellText
	for n > 0 && !utf8.RuneStart(b[n]) {
		n--
	}
	return b[:n], true
}

// sharedText is an entry of the table of shared strings, or the text of an inline cell.
type sharedText struct {
	text string
	rich *[2]struckView // only of rich text: in a cell whose font does not strike, and in one whose font does
	cut  bool
}

// sharedTexts is the table of shared strings, in blocks: one growing array of a million would
// lie in memory twice while it grows, and the worker died of a hostile file for it.
type sharedTexts struct {
	blocks [][]sharedText
	len    int
}

const sharedBlock = 1 << 9 // entries

func (t *sharedTexts) add(item sharedText) {
	if t.len%sharedBlock == 0 {
		t.blocks = append(t.blocks, make([]sharedText, 0, sharedBlock))
	}
	last := &t.blocks[len(t.blocks)-1]
	*last = append(*last, item)
	t.len++
}

func (t *sharedTexts) at(i int) *sharedText { return &t.blocks[i/sharedBlock][i%sharedBlock] }

// struckView is what is struck through in a rich text.
type struckView struct {
	all  bool
	runs []Run // only when part is struck and part is not
}

// xlsxRun is one run of rich text.
type xlsxRun struct {
	text   string
	struck bool
	plain  bool // has no properties of its own: struck when the cell is
}

// sharedStrings reads the table of shared strings.
func (x *xlsxFile) sharedStrings(key string) error {
	c, err := x.open(key)
	if err != nil {
		return err
	}
	defer c.Close()
	s := &x.xml
	if tok, err := x.root(); err != nil || tok != "sst" {
		return orRefuse(err, "the shared strings are none")
	}
	var raw []byte
	for {
		tok, err := s.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokEOF:
			return nil
		case tokStart:
			if string(s.local) != "si" {
				if err := s.skip(); err != nil {
					return err
				}
				continue
			}
			if x.shared.len == maxShared {
				return refuse(ReasonTooLarge, "shared strings beyond the limit")
			}
			var item sharedText
			if item, raw, err = x.richText(raw); err != nil {
				return err
			}
			x.shared.add(item)
		}
	}
}

// root enters the root element and tells its name.
func (x *xlsxFile) root() (string, error) {
	for {
		tok, err := x.xml.next()
		if err != nil {
			return "", err
		}
		if tok == tokStart {
			return string(x.xml.local), nil
		}
	}
}

func orRefuse(err error, detail string) error {
	if err != nil {
		return err
	}
	return refuse(ReasonDamaged, detail)
}

// richText reads an si or is element just opened: plain text, or runs; phonetic guides are passed over. raw is a buffer to
// use again.
func (x *xlsxFile) richText(raw []byte) (sharedText, []byte, error) {
	s := &x.xml
	var item sharedText
	var runs []xlsxRun
	raw = raw[:0]
	for {
		tok, err := s.next()
		if err != nil {
			return item, raw, err
		}
		if tok == tokEnd {
			break
		}
		if tok != tokStart {
			continue
		}
		switch string(s.local) {
		case "t":
			raw, err = x.characters(raw)
		case "r":
			at := len(raw)
			var run xlsxRun
			if run, raw, err = x.run(raw); err != nil {
				break
			}
			if len(raw) > maxCellText || len(raw) == at { // a cut text is never a value
				break
			}
			x.marked++
			if run.text, err = x.text.keep(unescape(raw[at:])); err == nil && (len(runs) == maxRuns || x.marked > maxMarked) {
				err = refuse(ReasonTooLarge, "runs of text beyond the limit")
			}
			runs = append(runs, run)
		default:
			err = s.skip()
		}
		if err != nil {
			return item, raw, err
		}
	}
	var err error
	short, was := cut(unescape(raw))
	item.cut = was
	if len(runs) > 0 {
		item.rich = &[2]struckView{viewRuns(runs, false), viewRuns(runs, true)}
	}
	item.text, err = x.text.keep(short)
	return item, raw, err
}

// viewRuns tells what of the runs is struck through in a cell whose font strikes, or does not.
func viewRuns(runs []xlsxRun, cell bool) struckView {
	view := struckView{runs: make([]Run, len(runs))}
	n := 0
	for i, r := range runs {
		view.runs[i] = Run{r.text, r.struck || r.plain && cell}
		if view.runs[i].Struck {
			n++
		}
	}
	if n == 0 || n == len(runs) {
		return struckView{all: n > 0}
	}
	return view
}

// run reads an r element just opened.
func (x *xlsxFile) run(raw []byte) (xlsxRun, []byte, error) {
	s := &x.xml
	run := xlsxRun{plain: true}
	for {
		tok, err := s.next()
		if err != nil {
			return run, raw, err
		}
		if tok == tokEnd {
			return run, raw, nil
		}
		if tok != tokStart {
			continue
		}
		switch string(s.local) {
		case "t":
			raw, err = x.characters(raw)
		case "rPr":
			run.plain = false
			run.struck, err = x.strikes()
		default:
			err = s.skip()
		}
		if err != nil {
			return run, raw, err
		}
	}
}

// strikes reads the properties of a font just opened and tells whether it strikes through.
func (x *xlsxFile) strikes() (bool, error) {
	s := &x.xml
	struck := false
	for {
		tok, err := s.next()
		if err != nil {
			return false, err
		}
		switch tok {
		case tokEnd:
			return struck, nil
		case tokStart:
			if string(s.local) == "strike" {
				struck = s.on("val", true)
			}
			if err := s.skip(); err != nil {
				return false, err
			}
		}
	}
}

// characters appends the text of the element just opened.
func (x *xlsxFile) characters(raw []byte) ([]byte, error) {
	s := &x.xml
	for {
		tok, err := s.next()
		if err != nil {
			return raw, err
		}
		switch tok {
		case tokText:
			if len(raw) <= maxToken {
				raw = append(raw, s.text...)
			}
		case tokEnd:
			return raw, nil
		case tokStart:
			if err := s.skip(); err != nil {
				return raw, err
			}
		}
	}
}

// unescape replaces the _xHHHH_ with which OOXML writes characters that XML cannot (_x000D_ is a carriage return, _x005F_ an
// underscore). What is no such escape stays.
func unescape(b []byte) []byte {
	if !bytes.Contains(b, []byte("_x")) {
		return b
	}
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if r, ok := escaped(b[i:]); ok {
			out = utf8.AppendRune(out, r)
			i += len("_x000D_") - 1
			continue
		}
		out = append(out, b[i])
	}
	return out
}

func escaped(b []byte) (rune, bool) {
	if len(b) < len("_x000D_") || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil && n != 0 && utf8.ValidRune(rune(n))
}
