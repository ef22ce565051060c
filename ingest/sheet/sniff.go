package sheet

// Open reads a workbook. What it is follows from the bytes; the name is only a label and never decides.
// The error is always a *Refusal: the whole file is read and proved whole, or nothing of it is returned.
func Open(name string, data []byte) (File, error) {
	return File{}, refuse(ReasonNotWorkbook, "no reader")
}
