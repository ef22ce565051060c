package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// names lists members, and why the refused ones are.
func names(members []Member) []string {
	var out []string
	for _, m := range members {
		s := m.Name
		if m.Refused != nil {
			s += " refused: " + string(m.Refused.Reason)
		}
		out = append(out, s)
	}
	return out
}

func TestArchivesAreTakenApartToThreeLevels(t *testing.T) {
	book := string(newBook("").pack(t))
	level := func(parts ...part) string { return string(pack(t, parts...)) }
	third := level(part{"周报3.xlsx", book}, part{"第四层.zip", level(part{"周报4.xlsx", book})})
	data := level(part{"周报/", ""}, part{"周报/甲.xlsx", book}, part{"__MACOSX/._甲.xlsx", "x"}, part{"~$甲.xlsx", "x"}, part{"Thumbs.db", "x"},
		part{`..\..\etc\乙.xlsx`, book}, part{"空.xlsx", ""}, part{"内层.zip", level(part{"再内层.zip", third})}, part{"说明.txt", "请查收"})
	members, err := Unpack("汇总.zip", []byte(data))
	want := []string{
		"汇总.zip/周报/甲.xlsx", "汇总.zip/etc/乙.xlsx", "汇总.zip/空.xlsx refused: empty", "汇总.zip/内层.zip/再内层.zip/周报3.xlsx",
		"汇总.zip/内层.zip/再内层.zip/第四层.zip refused: too-many", "汇总.zip/说明.txt",
	}
	if diff := cmp.Diff(want, names(members)); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if !bytes.Equal(members[3].Data, []byte(book)) {
		t.Error("the workbook inside is not the one packed")
	}
}

func TestWhatIsNoArchiveComesBackWhole(t *testing.T) {
	for name, data := range map[string]string{
		"周报.xlsx": string(newBook("").pack(t)), "周报.zip": "PK\x03\x04 cut", "周报.csv": "a,b,c", "通知.docx": string(pack(t, part{"word/document.xml", ""})),
	} {
		members, err := Unpack(name, []byte(data))
		if err != nil || len(members) != 1 || members[0].Name != name || string(members[0].Data) != data {
			t.Error(name, names(members), err)
		}
	}
}

func TestNamesInOldArchivesAreDecoded(t *testing.T) {
	for raw, want := range map[string]string{
		gb18030(t, "镕江周报.xlsx"): "镕江周报.xlsx", "周报\u202excod.xlsx": "周报xcod.xlsx", "a\x00b\n.xlsx": "ab.xlsx", "\xff\xfe.xlsx": "\uFFFD\uFFFD.xlsx",
		"/../../etc/passwd": "etc/passwd", `C:\周报.xlsx`: "C:/周报.xlsx",
	} {
		if got := label("", raw); got != want {
			t.Errorf("%q reads %q, want %q", raw, got, want)
		}
	}
	if got := label("", strings.Repeat("长", 500)+".xlsx"); len(got) > maxLabel+4 || !strings.HasSuffix(got, ".xlsx") {
		t.Errorf("a long name became %d bytes", len(got))
	}
}

func TestProtectedAndBrokenArchivesHaveTheirReasons(t *testing.T) {
	locked := func(names ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range names {
			w, err := z.CreateRaw(&zip.FileHeader{Name: name, Flags: 1})
			if err == nil {
				_, err = w.Write([]byte("x"))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	flipped := pack(t, part{"周报.xlsx", strings.Repeat("x", 3000)}, part{"乙.txt", "x"})
	at := bytes.Index(flipped, []byte("xlsx")) + 20
	flipped[at] ^= 0xFF
	many := make([]part, maxMembers+1)
	for i := range many {
		many[i] = part{fmt.Sprint(i), "x"}
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a password":       {locked("周报.xlsx"), "refused: archive-password"},
		"passwords":        {locked("周报.xlsx", "乙.xlsx"), "refused: archive-password"},
		"a flipped byte":   {flipped, "[a/周报.xlsx refused: damaged a/乙.txt]"},
		"nothing inside":   {pack(t, part{"空/", ""}), "refused: empty"},
		"too many entries": {pack(t, many...), "refused: too-many"},
		"a broken rar":     {[]byte("Rar!\x1A\x07\x01\x00 and then nothing"), "refused: damaged"},
		"a rar of lies":    {[]byte("Rar!\x1a\a\x00\u03d0s\x00\x00\r\x00\x00\x00\x00\x00\x00\x0000w0\x8c\f\x0000000\\00000000000000#0\x05\b000000"), "refused: damaged"},
		"a broken 7z":      {[]byte("7z\xBC\xAF\x27\x1C and then nothing of use at all"), "refused: damaged"},
	} {
		members, err := Unpack("a", c.data)
		got := fmt.Sprint(names(members))
		if err != nil {
			got = "refused: " + string(reasonOf(err))
		}
		if got != c.want {
			t.Errorf("%s: %s (%v), want %s", name, got, err, c.want)
		}
	}
}

func TestArchiveBombsAreRefused(t *testing.T) {
	zeros := strings.Repeat("\x00", maxFile+1)
	for name, parts := range map[string][]part{
		"one file too large":     {{"周报.xlsx", zeros}},
		"many files of some MB":  {{"a", zeros[:maxFile-1]}, {"b", zeros[:maxFile-1]}, {"c", zeros[:maxFile-1]}},
		"litter counts as bytes": {{"b.xlsx", zeros}},
	} {
		if members, err := Unpack("a.zip", pack(t, parts...)); reasonOf(err) != ReasonTooLarge {
			t.Errorf("%s: %v %v", name, names(members), err)
		}
	}
}

// A file that is refused for its size costs hardly more than the size up to which files are taken.
func TestAnArchivedFileTooLargeCostsNoMoreThanTheLimit(t *testing.T) {
	data := pack(t, part{"周报.xlsx", strings.Repeat("\x00", 2*maxFile)})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Unpack("a.zip", data)
	runtime.ReadMemStats(&after)
	if reasonOf(err) != ReasonTooLarge {
		t.Error(err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > maxFile+maxFile/2 {
		t.Errorf("refusing %d KB allocated %d MB", len(data)>>10, grown>>20)
	}
}

func TestRarAnd7zAreTakenApart(t *testing.T) {
	report := gb18030(t, "编号,名称,投资\n1,城南水厂,12.5\n2,城北水厂,8\n")
	for name, data := range map[string][]byte{
		"汇总.rar": rar4(part{gb18030(t, "周报.csv"), report}, part{gb18030(t, `下属\说明.txt`), "请查收"}),
		"汇总.7z":  sevenZipOf(part{"周报.csv", report}, part{"下属/说明.txt", "请查收"}),
	} {
		t.Run(name, func(t *testing.T) {
			members, err := Unpack(name, data)
			if diff := cmp.Diff([]string{name + "/周报.csv", name + "/下属/说明.txt"}, names(members)); err != nil || diff != "" {
				t.Fatal(err, diff)
			}
			if f, err := Open(members[0].Name, members[0].Data); err != nil || len(flat(f)) != 10 {
				t.Error(flat(f), err)
			}
			for i := range data {
				data[i] ^= 0x10
				got, err := Unpack(name, data)
				data[i] ^= 0x10
				if err != nil || got[0].Refused != nil || containerOfKind(got[0].Data) {
					continue
				}
				if string(got[0].Data) != report && len(got) == 2 {
					t.Errorf("byte %d: other content was read", i)
				}
			}
		})
	}
}

// containerOfKind tells whether the data is still the archive itself, given back because it is none any more.
func containerOfKind(data []byte) bool { return bytes.Contains(data, []byte("请查收")) }
