package sheet_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"duban/ingest/sheet"
)

// A workbook Excel opens without asking is read as if it were not encrypted; one that asks for a password is not tried.
func TestAWorkbookNobodySetAPasswordOnIsRead(t *testing.T) {
	const name = "testdata/world/W38-D09-1.xlsx"
	plain, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	seal := func(password string) []byte {
		data, err := excelize.Encrypt(plain, &excelize.Options{Password: password})
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := func(data []byte) sheet.Reading {
		t.Helper()
		got, err := sheet.Readings("周报.xlsx", data, builtinForm(t), 2026)
		if err != nil || len(got) != 1 {
			t.Fatalf("%d books, %v", len(got), err)
		}
		return got[0]
	}
	byDefault, want := seal("VelvetSweatshop"), read(t, name)
	want.Name = "周报.xlsx"
	got := first(byDefault)
	if diff := cmp.Diff(want, got.Book); diff != "" {
		t.Error(diff)
	}
	if !bytes.HasPrefix(got.Data, plain) { // the cipher's last block is padded
		t.Error("the bytes to mark are not those of the package inside")
	}
	if b := first(seal("2026")).Book; b.Refused != string(sheet.ReasonPassword) || len(b.Sheets) > 0 {
		t.Errorf("a set password is refused as %q", b.Refused)
	}
	for _, end := range []int{8, 100, 186, 512, 600, 1024, len(byDefault) / 2} { // cut off: a refusal
		if b := first(byDefault[:end]).Book; b.Refused == "" {
			t.Errorf("cut off at %d bytes: read", end)
		}
	}
	for at := 0; at < len(byDefault); at += len(byDefault) / 30 { // wherever it is damaged: the same rows, or none
		damaged := []byte(string(byDefault))
		damaged[at] ^= 0x10
		if b := first(damaged).Book; b.Refused == "" && !cmp.Equal(b.Sheets, got.Book.Sheets) {
			t.Errorf("byte %d changed: other rows are read", at)
		}
	}
}
