"""What a company may use, as everybody but billing reads it."""
