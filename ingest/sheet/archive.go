package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Bounds on taking one attachment apart.
const (
	maxLevels  = 3         // archives within archives, the attachment itself counted
	maxMembers = 200       // entries listed, over all levels
	maxHeld    = 48 << 20  // bytes of all members together
	maxWalked  = 128 << 20 // bytes inflated on the way to them
	maxLabel   = 300       // bytes of a member's name
)

// Member is one file found in an attachment.
type Member struct {
	Name    string   // label for people: the path inside the archives, joined with "/"; never a path on a disk
	Data    []byte   // nil when Refused is set
	Refused *Refusal // why this one member was not unpacked; the others are
}

// Unpack takes an attachment apart into single files: zip, rar and 7z, three levels deep. Data that is no archive, a workbook
// among them, comes back as the one member, and so does an archive too broken to list, for Open to refuse. Folders, links and
// the litter of operating systems are left out. The error is always a *Refusal and concerns the whole attachment: it is beyond
// the bounds, it is empty, or nothing of it could be unpacked for one and the same reason.
func Unpack(name string, data []byte) ([]Member, error) {
	if len(data) > maxFile {
		return nil, refuse(ReasonTooLarge, "attachment beyond the limit")
	}
	u := &unpacker{budget: budget{maxWalked}}
	if err := u.expand(label("", name), data, 0); err != nil {
		return nil, err
	}
	if len(u.members) == 0 {
		return nil, refuse(ReasonEmpty, "an archive of nothing")
	}
	for _, m := range u.members {
		if m.Refused == nil || m.Refused.Reason != u.members[0].Refused.Reason {
			return u.members, nil
		}
	}
	return nil, u.members[0].Refused
}

// unpacker collects the members of one attachment.
type unpacker struct {
	members []Member
	listed  int // entries seen, kept or not
	held    int
	budget  budget
	litter  []string // names that were not worth reading
}

// container is a kind of archive.
type container uint8

const (
	containerNone container = iota
	containerZip
	containerRar
	container7z
)

// containerOf tells by content whether the data is an archive to take apart.
func containerOf(data []byte) (container, *zip.Reader) {
	switch {
	case bytes.HasPrefix(data, []byte("Rar!\x1A\x07")):
		return containerRar, nil
	case bytes.HasPrefix(data, []byte("7z\xBC\xAF\x27\x1C")):
		return container7z, nil
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		z, err := openZip(data)
		if err == nil && packedKind(z) == ReasonArchive {
			return containerZip, z
		}
	}
	return containerNone, nil
}

// expand adds the data as a member, or the members it is made of.
func (u *unpacker) expand(name string, data []byte, level int) error {
	kind, z := containerOf(data)
	if kind == containerNone {
		return u.add(Member{Name: name, Data: data})
	}
	if level == maxLevels {
		return u.add(Member{Name: name, Refused: refuse(ReasonTooMany, "archives nested beyond the limit")})
	}
	err := u.takeApart(kind, name, z, data, level)
	var r *Refusal
	if errors.As(err, &r) && r.Reason != ReasonTooMany && r.Reason != ReasonTooLarge {
		return u.add(Member{Name: name, Refused: r})
	}
	return err
}

// takeApart adds the members of one archive. The libraries for rar and 7z run out of their slices on some damaged headers; that
// is damage like any other, and no reason to lose what else came with the mail.
func (u *unpacker) takeApart(kind container, name string, z *zip.Reader, data []byte, level int) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = refuse(ReasonDamaged, fmt.Sprintf("archive: %v", fault))
		}
	}()
	switch kind {
	case containerRar:
		return u.rar(name, data, level)
	case container7z:
		return u.sevenZip(name, data, level)
	}
	return u.zip(name, z, level)
}

// add keeps a member within the bounds.
func (u *unpacker) add(m Member) error {
	if u.held += len(m.Data); u.held > maxHeld {
		return refuse(ReasonTooLarge, "an archive beyond the limit")
	}
	if m.Refused == nil && len(m.Data) == 0 {
		m.Refused = refuse(ReasonEmpty, "an empty file")
	}
	u.members = append(u.members, m)
	return nil
}

// enter counts an entry of an archive and tells whether its name is worth reading.
func (u *unpacker) enter(name string) (bool, error) {
	if u.listed++; u.listed > maxMembers {
		return false, refuse(ReasonTooMany, "archive entries beyond the limit")
	}
	base := path.Base(name)
	litter := strings.Contains(name, "__MACOSX/") || strings.HasPrefix(base, "._") || strings.HasPrefix(base, "~$") || systemFile(base)
	if litter {
		u.litter = append(u.litter, base)
	}
	return !litter, nil
}

// systemFile tells a file that operating systems leave in every folder.
func systemFile(base string) bool {
	return strings.EqualFold(base, "thumbs.db") || strings.EqualFold(base, "desktop.ini") || base == ".DS_Store"
}

// takePiece is how much of an entry is read at once, in bytes.
const takePiece = 4 << 20

// take reads one entry whole, to its end, so that its checksum is verified. It reads in pieces and joins them once: a buffer
// that doubles holds three times what it grew to until the collector comes, and an entry that is refused for its size would
// take the worker to the edge of its memory first. The size the archive tells only spares a small file a large piece.
func (u *unpacker) take(r io.Reader, told int64) ([]byte, error) {
	src := io.LimitReader(u.budget.limit(r), maxFile+1)
	var pieces [][]byte
	held := 0
	for size := min(max(told, 0)+1, takePiece); ; size = takePiece {
		b := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
		n, err := b.ReadFrom(io.LimitReader(src, size))
		if held += int(n); held > maxFile {
			return nil, refuse(ReasonTooLarge, "an archived file beyond the limit")
		}
		if err != nil {
			return nil, partFault(err)
		}
		pieces = append(pieces, b.Bytes())
		if n < size {
			break
		}
	}
	if len(pieces) == 1 {
		return pieces[0], nil
	}
	return slices.Concat(pieces...), nil
}

// zip takes a zip apart. An entry that cannot be read is refused alone: the entries do not depend on each other.
func (u *unpacker) zip(name string, z *zip.Reader, level int) error {
	for _, entry := range z.File {
		inner := label(name, entry.Name)
		use, err := u.enter(strings.ReplaceAll(entry.Name, `\`, "/"))
		if err != nil {
			return err
		}
		if !use || !entry.Mode().IsRegular() {
			continue
		}
		if entry.Flags&1 != 0 || entry.Method == 99 {
			err = u.add(Member{Name: inner, Refused: refuse(ReasonArchivePassword, "an encrypted entry")})
		} else {
			err = u.zipEntry(inner, entry, level)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) zipEntry(name string, entry *zip.File, level int) error {
	r, err := entry.Open()
	if err != nil {
		return u.add(Member{Name: name, Refused: refuse(ReasonDamaged, "archive: "+err.Error())})
	}
	defer r.Close()
	data, err := u.take(r, int64(min(entry.UncompressedSize64, maxFile)))
	var refused *Refusal
	if errors.As(err, &refused) && refused.Reason == ReasonDamaged {
		return u.add(Member{Name: name, Refused: refused})
	}
	if err != nil {
		return err
	}
	return u.expand(name, data, level+1)
}

// label makes a name for people of the names inside archives. Old Chinese programs store names in GBK without saying so; names
// that are UTF-8 are taken as such, whatever the archive says.
func label(outer, name string) string {
	if !utf8.ValidString(name) {
		if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
			name = s
		}
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '\\':
			return '/'
		case r < 0x20, r == 0x7F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFEFF:
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "?"))
	steps := slices.DeleteFunc(strings.Split(name, "/"), func(s string) bool { return s == "" || s == "." || s == ".." })
	name = strings.Join(steps, "/")
	if len(name) > maxLabel {
		name = "…" + strings.ToValidUTF8(name[len(name)-maxLabel:], "")
	}
	if outer == "" {
		return name
	}
	return outer + "/" + name
}

// archiveFault makes a refusal of what stopped the reading of a rar or 7z.
func archiveFault(err error, encrypted, volumes bool) error {
	switch {
	case encrypted:
		return refuse(ReasonArchivePassword, "an encrypted archive")
	case volumes:
		return refuse(ReasonArchivePart, "an archive in volumes")
	}
	return refuse(ReasonDamaged, fmt.Sprintf("archive: %v", err))
}
