package ingest

import (
	"strings"

	"duban/ingest/sheet"
)

// Enclosures: what was attached to an answer, for the department that asked. Its bytes go on as
// they came or not at all.

// Bounds of what is passed on with one answer.
const (
	mostPassed    = 10       // files
	largestPassed = 15 << 20 // bytes of all of them
)

// Enclosure is a file attached to an answer.
type Enclosure struct {
	Name  string // as the sender named it: a label, no path
	Media string // its media type, told by its content
	Sum   string // under which Opened.Files holds its bytes; "" when it is not passed on
	Large bool   // because it is too large, or one too many; else because it may run, or cannot be looked into
}

// enclosures picks the attachments of an answer that may be passed on. Pictures of the text,
// such as a signature's, are none, and a file attached twice is one.
func (o *Opened) enclosures() {
	defer o.dropBytes()
	held, seen := 0, map[string]bool{}
	for _, a := range o.Message.Attachments {
		same := digest(a.Data) + a.Name
		if !a.enclosed() || seen[same] {
			continue
		}
		seen[same] = true
		e := Enclosure{Name: a.Name[strings.LastIndexAny(a.Name, `/\`)+1:]}
		var ok bool
		switch e.Media, ok = sheet.Harmless(a.Name, a.Data); {
		case a.Damaged || !ok:
		case len(o.Files) == mostPassed || held+len(a.Data) > largestPassed:
			e.Large = true
		default:
			e.Sum = o.file(a.Data)
			held += len(a.Data)
		}
		if o.Enclosures = append(o.Enclosures, e); len(o.Enclosures) == mostFiles {
			return
		}
	}
}

// enclosed tells an attachment from what only belongs to the text.
func (a *Attachment) enclosed() bool { return !a.Inline && a.Name != "" }

// enclosedNames are the names of what is attached to an answer.
func enclosedNames(m Message) []string {
	var names []string
	for _, a := range m.Attachments {
		if a.enclosed() && len(names) < mostFiles {
			names = append(names, cutRunes(a.Name, longestName))
		}
	}
	return names
}
