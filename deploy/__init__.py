"""Where the page is put: a Hugging Face Space, several replicas. (A container: Dockerfile.)"""
