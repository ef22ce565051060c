package sheet

import (
	"strings"
	"testing"
)

// A file is passed on only when its name, its bytes and everything in it are of a known kind that does not run.
func TestOnlyHarmlessFilesArePassedOn(t *testing.T) {
	const types = "[Content_Types].xml"
	docx := func(list string, more ...part) []byte {
		return pack(t, append([]part{{types, list}, {"word/document.xml", "<w/>"}}, more...)...)
	}
	xls := compound([]string{"Workbook"}, [][]byte{workbook8(nil, func(b *biff) { b.record(recBOF, w(0x600), w(0x10), uint32(0), uint32(0), uint32(0)); b.record(recEOF) })})
	pdf, png, exe := []byte("%PDF-1.7 …"), []byte("\x89PNG\r\n\x1a\n…"), []byte("MZ\x90\x00…")
	for _, c := range []struct {
		name string
		data []byte
		want bool
	}{
		{"签约清单.pdf", pdf, true},
		{"现场.PNG", png, true},
		{"说明.txt", []byte("已办结\r\n"), true},
		{"说明.txt", []byte("\xd2\xd1\xb0\xec\xbd\xe1"), true}, // GBK
		{"答复.docx", docx(`<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`), true},
		{"清单.xlsx", newBook("").pack(t), true},
		{"清单.xls", xls, true},
		{"材料.zip", pack(t, part{"a/签约清单.pdf", string(pdf)}, part{"a/现场.png", string(png)}, part{"__MACOSX/._x.pdf", "?"}), true},

		{"清单.pdf", exe, false},
		{"清单.pdf.exe", pdf, false},
		{"安装.exe", exe, false},
		{"说明.txt", []byte("#!/bin/sh\n"), false},
		{"说明.txt", exe, false},
		{"网页.html", []byte("<script>"), false},
		{"没有扩展名", pdf, false},
		{"", pdf, false},
		{"空.pdf", nil, false},
		{"答复.docm", docx("<Types/>"), false},
		{"答复.docx", docx("<Types/>", part{"word/vbaProject.bin", "x"}), false},
		{"答复.docx", docx(`<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`), false},
		{"答复.docx", docx("<Types/>", part{"word/embeddings/oleObject1.bin", "x"}), false},
		{"清单.xls", compound([]string{"Workbook", "_VBA_PROJECT_CUR"}, [][]byte{[]byte(strings.Repeat("x", 4096)), []byte(strings.Repeat("x", 4096))}), false},
		{"答复.doc", compound([]string{"WordDocument", "_VBA_PROJECT"}, [][]byte{[]byte(strings.Repeat("x", 4096)), []byte(strings.Repeat("x", 4096))}), false},
		{"答复.doc", compound([]string{"EncryptedPackage"}, [][]byte{[]byte(strings.Repeat("x", 4096))}), false},
		{"材料.zip", pack(t, part{"签约清单.pdf", string(pdf)}, part{"安装.exe", string(exe)}), false},
		{"材料.zip", pack(t, part{"签约清单.pdf", string(pdf)}, part{"._安装.exe", string(exe)}), false},
		{"材料.zip", pack(t, part{"内.zip", string(pack(t, part{"x.js", "alert(1)"}))}), false},
		{"材料.zip", pdf, false},
		{"材料.docx", pack(t, part{"x.js", "alert(1)"}), false},
	} {
		media, got := Harmless(c.name, c.data)
		if got != c.want || got && media == "" {
			t.Errorf("%s (%d bytes): %v as %q, want %v", c.name, len(c.data), got, media, c.want)
		}
	}
	if _, ok := Harmless("答复.doc", compound([]string{"WordDocument"}, [][]byte{[]byte(strings.Repeat("x", 4096))})); !ok {
		t.Error("a plain .doc is held back")
	}
}
