package report

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// Limits on a workbook that is marked. Ordinary forms are a hundredth of them; what passes
// them goes back unmarked.
const (
	maxMarkBytes    = 32 << 20  // of the file
	maxMarkParts    = 5_000     // entries of the zip
	maxMarkInflated = 128 << 20 // of all parts
	maxMarkPart     = 48 << 20  // of a part that is changed
)

// parts is an OOXML package: the zip as it came, the parts changed so far and those added.
// What is not changed is copied compressed as it is, byte for byte.
type parts struct {
	zip     *zip.Reader
	entries map[string]*zip.File // by partKey
	changed map[string][]byte    // the text of changed and added parts, by partKey
	added   []string             // names of added parts, in their order
}

// unpack opens a package and reads every part to its end, so that a damaged one is noticed
// here and not by the department.
func unpack(data []byte) (*parts, error) {
	if len(data) > maxMarkBytes || bytes.Count(data, []byte("PK\x01\x02")) > maxMarkParts {
		return nil, errors.New("the file is too large")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // names are never used as paths
		return nil, fmt.Errorf("open the package: %w", err)
	}
	p := &parts{zip: z, entries: map[string]*zip.File{}, changed: map[string][]byte{}}
	left := int64(maxMarkInflated)
	for _, f := range z.File {
		key := partKey(f.Name)
		switch {
		case f.Flags&1 != 0:
			return nil, errors.New("the file is encrypted")
		case p.entries[key] != nil:
			return nil, fmt.Errorf("two parts are named %q", key)
		case strings.HasPrefix(key, "_xmlsignatures/"):
			return nil, errors.New("the file is signed, a change would break the signature")
		case path.Base(key) == "vbaproject.bin":
			return nil, errors.New("the file carries macros, which are not sent")
		}
		p.entries[key] = f
		n, err := inflate(io.Discard, f, left)
		if err != nil {
			return nil, err
		}
		left -= n
	}
	return p, nil
}

// inflate copies a part to w, at most limit bytes, and proves its checksum.
func inflate(w io.Writer, f *zip.File, limit int64) (int64, error) {
	if strings.HasSuffix(f.Name, "/") {
		return 0, nil
	}
	r, err := f.Open()
	if err != nil {
		return 0, fmt.Errorf("open part %q: %w", f.Name, err)
	}
	defer r.Close()
	n, err := io.Copy(w, io.LimitReader(r, limit+1))
	if err != nil {
		return n, fmt.Errorf("read part %q: %w", f.Name, err)
	}
	if n > limit {
		return n, fmt.Errorf("part %q is too large", f.Name)
	}
	return n, nil
}

// partKey makes one spelling of the ways writers spell a part's name: either slash, any
// case, rooted or not.
func partKey(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

// has reports whether the package holds a part.
func (p *parts) has(key string) bool {
	return p.entries[key] != nil || p.changed[key] != nil
}

// text is a part as UTF-8, with the changes made so far.
func (p *parts) text(key string) ([]byte, error) {
	if b, ok := p.changed[key]; ok {
		return b, nil
	}
	f := p.entries[key]
	if f == nil {
		return nil, fmt.Errorf("part %q is missing", key)
	}
	var b bytes.Buffer
	if _, err := inflate(&b, f, maxMarkPart); err != nil {
		return nil, err
	}
	text, err := utf8Text(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("part %q: %w", key, err)
	}
	return text, nil
}

// tree is a small part, as text and as elements.
func (p *parts) tree(key string) ([]byte, *element, error) {
	b, err := p.text(key)
	if err != nil {
		return nil, nil, err
	}
	root, err := tree(b)
	if err != nil {
		return nil, nil, fmt.Errorf("part %q: %w", key, err)
	}
	return b, root, nil
}

// change applies edits to a part whose text is b, and proves that the result is still XML.
func (p *parts) change(key string, b []byte, edits []edit) error {
	out, err := splice(b, edits)
	if err == nil {
		err = wellFormed(out)
	}
	if err != nil {
		return fmt.Errorf("change part %q: %w", key, err)
	}
	p.changed[key] = out
	return nil
}

// replace writes a part anew.
func (p *parts) replace(key, text string) error {
	if err := wellFormed([]byte(text)); err != nil {
		return fmt.Errorf("replace part %q: %w", key, err)
	}
	p.changed[key] = []byte(text)
	return nil
}

// add puts a new part into the package.
func (p *parts) add(name, text string) error {
	if err := wellFormed([]byte(text)); err != nil {
		return fmt.Errorf("add part %q: %w", name, err)
	}
	p.added = append(p.added, name)
	p.changed[partKey(name)] = []byte(text)
	return nil
}

// free is a name no part has yet: the pattern with the first free number from 1.
func (p *parts) free(pattern string) string {
	for n := 1; ; n++ {
		if name := fmt.Sprintf(pattern, n); !p.has(partKey(name)) {
			return name
		}
	}
}

// wellFormed reads a changed part as strictly as the readers do that will open it.
func wellFormed(b []byte) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	depth, roots := 0, 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) && roots == 1 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read it back: %w", err)
		}
		switch t.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		}
		if roots > 1 {
			return errXML
		}
	}
}

// pack writes the package: unchanged parts as they were compressed, changed ones in their
// place, new ones at the end. The same input gives the same bytes.
func (p *parts) pack() ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	oldest := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC) // a date that depends on no clock
	for _, f := range p.zip.File {
		h := f.FileHeader
		if err := p.copyPart(w, f, h); err != nil {
			return nil, fmt.Errorf("write part %q: %w", f.Name, err)
		}
	}
	for _, name := range p.added {
		if err := write(w, zip.FileHeader{Name: name, Method: zip.Deflate, Modified: oldest}, p.changed[partKey(name)]); err != nil {
			return nil, fmt.Errorf("write part %q: %w", name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write the package: %w", err)
	}
	return out.Bytes(), nil
}

func (p *parts) copyPart(w *zip.Writer, f *zip.File, h zip.FileHeader) error {
	if data, ok := p.changed[partKey(f.Name)]; ok {
		return write(w, zip.FileHeader{
			Name: h.Name, NonUTF8: h.NonUTF8, Method: zip.Deflate, Modified: h.Modified,
			CreatorVersion: h.CreatorVersion, ExternalAttrs: h.ExternalAttrs,
		}, data)
	}
	dst, err := w.CreateRaw(&h)
	if err != nil {
		return err
	}
	src, err := f.OpenRaw()
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return err
}

func write(w *zip.Writer, h zip.FileHeader, data []byte) error {
	dst, err := w.CreateHeader(&h)
	if err != nil {
		return err
	}
	_, err = dst.Write(data)
	return err
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
