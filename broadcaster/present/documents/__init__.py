"""Papers a clerk can sign and an inspector can check: values in, the bytes of DOCX, XLSX, HTML, JSON, ZIP or RSS out."""
