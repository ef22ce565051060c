package sheet

func readOLE(data []byte) (File, error) { return File{}, refuse(ReasonUnreadExcel, "") }
