package configs

import (
	"testing"
)

// A broken file is answered with faults, never with a crash: the daemon reads it while it runs.
func FuzzLoadForm(f *testing.F) {
	f.Add([]byte("title: 周报\ncolumns:\n  - id: a\n    title: 甲\n    kind: money\n    headers: [甲]\n    sum: true\nsheets: [{name: 表, classes: [续建], columns: [a]}]\n"))
	f.Add([]byte("columns:\n  - {id: a, title: [}\n"))
	f.Add([]byte("&a [*a, *a]\n---\n? x\n: !!int y\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if form, faults := LoadForm(data, "form.yaml"); (form == nil) != (len(faults) > 0) {
			t.Errorf("form %v with faults %v", form != nil, faults)
		}
	})
}
