package sheet

// readText reads what is neither packed nor binary: delimited text, HTML tables, XML Spreadsheet 2003.
func readText(data []byte) (File, error) {
	return File{}, refuse(ReasonNotWorkbook, "no text reader")
}
